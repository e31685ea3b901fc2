import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Instruction, parseInstruction } from '../../src/dockerfile/instruction.ts'
import type { HistoryEntry } from '../../src/oci/history.ts'
import { entry } from '../helpers/history.ts'

/** An instruction as its author meant it. */
type Meant =
  | { readonly word: 'RUN'; readonly command: string; readonly args: readonly (readonly [string, string])[] }
  | {
      readonly word: 'COPY' | 'ADD'
      readonly sources: readonly string[]
      readonly destination: string
      readonly owner?: string
    }
  | { readonly word: 'ENV' | 'LABEL'; readonly pairs: readonly (readonly [string, string])[] }
  | { readonly word: 'CMD' | 'ENTRYPOINT'; readonly exec: readonly string[] }
  | { readonly word: 'EXPOSE'; readonly ports: readonly string[] }
  | { readonly word: 'WORKDIR' | 'USER' | 'STOPSIGNAL'; readonly value: string }

/** Parts that a builder's marks are made of, where they mean nothing. */
const tricky = fc.constantFrom(
  'a',
  'b=c',
  '=',
  '|2',
  'in',
  '#(nop)',
  '"x y"',
  '--flag',
  '[',
  ']',
  '&&',
  '$A',
  'RUN',
  'é',
  '\\',
  '{}',
  ':',
)
const token = fc.oneof(fc.stringMatching(/^[a-z][\w./-]{0,8}$/), tricky)
const spaced = (least: number) => fc.array(token, { minLength: least, maxLength: 5 }).map((words) => words.join(' '))
const path = fc.stringMatching(/^\/?[a-z][a-z0-9._/]{0,8}$/)
const name = fc.stringMatching(/^[A-Z][A-Z_]{0,6}$/)
// A value that looks like the next argument, or like the shell, cannot be told from one.
const value = fc
  .array(fc.stringMatching(/^[\w.,:@%+-]{1,6}$/), { minLength: 1, maxLength: 3 })
  .map((words) => words.join(' '))
const pairs = (least: number) =>
  fc.uniqueArray(fc.tuple(name, value), { minLength: least, maxLength: 4, selector: ([key]) => key })
const command = fc
  .tuple(fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/), spaced(0))
  .map(([first, rest]) => `${first} ${rest}`.trim())
  .filter((text) => !text.endsWith('\\'))

const meant: fc.Arbitrary<Meant> = fc.oneof(
  fc.record({ word: fc.constant('RUN' as const), command, args: pairs(0) }),
  fc.record(
    {
      word: fc.constantFrom('COPY' as const, 'ADD' as const),
      sources: fc.array(path, { minLength: 1, maxLength: 3 }),
      destination: path,
      owner: fc.stringMatching(/^\d{1,5}:\d{1,5}$/),
    },
    { requiredKeys: ['word', 'sources', 'destination'] },
  ),
  fc.record({ word: fc.constantFrom('ENV' as const, 'LABEL' as const), pairs: pairs(1) }),
  fc.record({
    word: fc.constantFrom('CMD' as const, 'ENTRYPOINT' as const),
    exec: fc.array(fc.oneof(fc.string(), spaced(1)), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    word: fc.constant('EXPOSE' as const),
    ports: fc.array(fc.stringMatching(/^\d{1,5}\/(?:tcp|udp)$/), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ word: fc.constantFrom('WORKDIR' as const, 'USER' as const, 'STOPSIGNAL' as const), value: path }),
)

/** Go's `%q`, as far as the texts above need it. */
function goQuoted(text: string): string {
  return JSON.stringify(text)
}

const settings = (list: readonly (readonly [string, string])[]) => list.map(([key, text]) => `${key}=${text}`).join(' ')
const HASH = '0ceb84f5d1c0aa9f3a5f3b2ce2f0d6f5a4b9c2f60b8d4d2f9a1e7c3b5d8f6a21'

function recordedByDocker(one: Meant): string {
  if ('pairs' in one) return `${one.word} ${settings(one.pairs)}`
  if ('exec' in one) return `${one.word} [${one.exec.map(goQuoted).join(' ')}]`
  if ('ports' in one) return `EXPOSE map[${one.ports.map((port) => `${port}:{}`).join(' ')}]`
  return 'value' in one ? `${one.word} ${one.value}` : ''
}

function writtenInDockerfile(one: Meant): string {
  if (one.word === 'RUN') return `RUN ${one.command}`
  if ('pairs' in one) {
    return `${one.word} ${one.pairs.map(([key, text]) => `${key}="${text}"`).join(' ')}`
  }
  if ('exec' in one) return `${one.word} ${JSON.stringify(one.exec)}`
  if ('ports' in one) return `EXPOSE ${one.ports.join(' ')}`
  if ('sources' in one) {
    const owner = one.owner === undefined ? [] : [`--chown=${one.owner}`]
    return [one.word, ...owner, ...one.sources, one.destination].join(' ')
  }
  return `${one.word} ${one.value}`
}

function withArguments(args: readonly (readonly [string, string])[], count: number, run: string): string {
  return args.length === 0 ? run : `|${count} ${settings(args)} ${run}`
}

/** How each builder records an instruction in its history. */
const SPELLINGS: Readonly<Record<string, (one: Meant) => HistoryEntry>> = {
  buildkit(one) {
    const comment = 'buildkit.dockerfile.v0'
    if (one.word === 'RUN') {
      const run = withArguments(one.args, one.args.length, `/bin/sh -c ${one.command}`)
      return entry(`RUN ${run} # buildkit`, { comment })
    }
    if ('sources' in one) return entry(`${writtenInDockerfile(one)} # buildkit`, { comment })
    return entry(recordedByDocker(one), { comment, empty: true })
  },
  classic(one) {
    if (one.word === 'RUN') return entry(withArguments(one.args, one.args.length, `/bin/sh -c ${one.command}`))
    if (!('sources' in one)) return entry(`/bin/sh -c #(nop)  ${recordedByDocker(one)}`, { empty: true })
    // The hash follows the flag without a space, and the destination ends with one.
    const owner = one.owner === undefined ? '' : `--chown=${one.owner}`
    const kind = one.sources.length > 1 ? 'multi' : 'dir'
    return entry(`/bin/sh -c #(nop) ${one.word} ${owner}${kind}:${HASH} in ${one.destination} `)
  },
  buildah(one) {
    const comment = 'FROM 0123456789ab'
    if (one.word === 'RUN') {
      // buildah counts the words of the arguments, not the arguments.
      const count = settings(one.args).split(' ').length
      return entry(withArguments(one.args, count, `/bin/sh -c ${one.command}`), { comment })
    }
    if (!('sources' in one)) return entry(`/bin/sh -c #(nop) ${writtenInDockerfile(one)}`, { comment, empty: true })
    return entry(`/bin/sh -c #(nop) ${one.word} dir:${HASH} in ${one.destination} `, { comment })
  },
  kaniko: (one) => entry(writtenInDockerfile(one), { author: 'kaniko', created: '0001-01-01T00:00:00Z' }),
}

/** What a spelling keeps of an instruction. */
function kept(one: Meant, spelling: string): Partial<Instruction> {
  const { word } = one
  if (one.word === 'RUN') {
    const recorded = spelling !== 'kaniko'
    return { word, form: 'shell', text: one.command, ...(recorded && { buildArgs: one.args }) }
  }
  if ('pairs' in one) return { word, pairs: one.pairs }
  if ('exec' in one) return { word, form: 'exec', args: one.exec }
  if ('ports' in one) return { word, args: one.ports }
  if ('value' in one) return { word, args: [one.value] }
  const hashed = spelling === 'classic' || spelling === 'buildah'
  const owner = one.owner === undefined || spelling === 'buildah' ? [] : [{ name: 'chown', value: one.owner }]
  return { word, destination: one.destination, flags: owner, sources: hashed ? [] : one.sources }
}

describe('what a builder records of an instruction is read as it was meant, when it is', () => {
  test.each(Object.entries(SPELLINGS))('%s', (spelling, emit) => {
    fc.assert(
      fc.property(meant, (one) => {
        const read = parseInstruction(emit(one))
        expect(read).toMatchObject(kept(one, spelling))
        expect(read.producer).toBe(spelling)
        expect(read.confidence).toBe(read.lost.length === 0 ? 'runnable' : 'approximate')
      }),
      { numRuns: 1500 },
    )
  })

  test('docker commit', () => {
    fc.assert(
      fc.property(command, fc.option(spaced(1), { nil: undefined }), (text, message) => {
        // That is how the classic builder writes what runs no command, whatever the shell is.
        fc.pre(!/ #\(nop\) +[A-Z]+\b/.test(text))
        const read = parseInstruction(entry(text, message === undefined ? {} : { comment: `note ${message}` }))
        expect(read).toMatchObject({ word: undefined, confidence: 'unknown', producer: 'commit' })
        expect(read.text.startsWith(text)).toBe(true)
      }),
    )
  })
})

test('build arguments may hold spaces, whatever shell runs the command', () => {
  const shells = fc.constantFrom(
    ['/bin/sh', '-c'],
    ['/bin/bash', '-o', 'pipefail', '-c'],
    ['/bin/ash', '-eo', 'pipefail', '-c'],
    ['cmd', '/S', '/C'],
    ['powershell', '-Command', "$ErrorActionPreference = 'Stop';"],
    ['/usr/bin/env', 'python3', '-c'],
  )
  fc.assert(
    fc.property(shells, pairs(1), command, (shell, args, text) => {
      const createdBy = `RUN |${args.length} ${settings(args)} ${shell.join(' ')} ${text} # buildkit`
      const read = parseInstruction(entry(createdBy, { comment: 'buildkit.dockerfile.v0' }), { shell })
      expect(read).toMatchObject({ word: 'RUN', form: 'shell', shell, buildArgs: args, text })
    }),
    { numRuns: 1000 },
  )
})
