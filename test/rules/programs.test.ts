import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { IMAGE_FIT_RULES } from '../../src/rules/image-fit.ts'
import { PACKAGE_EXTRA_RULES } from '../../src/rules/package-extras.ts'
import { temporaryFolder } from '../helpers/deliver.ts'
import { type ElfLiteral, elf } from '../helpers/elf.ts'
import { type BloatLiteral, findingLines, findingsOf } from '../helpers/findings.ts'
import { file, hardlink, type Node, symlink, type Tree, whiteout } from '../helpers/layer.ts'

const PROGBITS = 1
const SYMTAB = 2
const STRTAB = 3

/** An ELF file of a megabyte. */
function program(literal: ElfLiteral): Node {
  return file(Buffer.concat([elf(literal), Buffer.alloc(1_000_000)]), { mode: 0o755 })
}

const debug = { type: PROGBITS, size: 300_000 }
const symbols = [
  { type: SYMTAB, size: 90_000, link: 2 },
  { type: STRTAB, size: 20_000 },
]
const unstripped = program({ sections: [debug, ...symbols] })

describe('symbols and debug information', () => {
  const rules = PACKAGE_EXTRA_RULES.filter(({ id }) => id === 'unstripped-elf')

  it.each<[what: string, own: readonly Tree[], found: readonly string[]]>([
    ['of a program', [{ 'app/server': unstripped }], ['1 410000']],
    ['of a library', [{ 'usr/lib/x.so.1.2': { ...unstripped, mode: 0o644 } }], ['1 410000']],
    ['of an extension of Node.js', [{ 'app/x.node': { ...unstripped, mode: 0o644 } }], ['1 410000']],
    ['are counted once for a program with two names', [{ a: unstripped, b: hardlink('a') }], ['1 410000']],
    ['of a program that is gone', [{ a: unstripped }, { a: whiteout }], ['1→2 410000']],
    ['are none in a stripped program', [{ a: program({}) }], []],
    ['that are loaded stay', [{ a: program({ sections: [{ ...debug, flags: 2 }] }) }], []],
    ['are not worth it where they are small', [{ a: program({ sections: [{ ...debug, size: 60_000 }] }) }], []],
    ['of an object file are a matter of static libraries', [{ a: program({ type: 1, sections: [debug] }) }], []],
    ['that lie by themselves are told by another rule', [{ 'usr/lib/debug/a': unstripped, 'b.debug': unstripped }], []],
  ])('%s', async (_, own, found) => {
    expect(await findingLines({ own }, rules)).toEqual(found.map((line) => `unstripped-elf ${line}`))
  })

  it('are a part of the file', async () => {
    const [found] = await findingsOf({ own: [{ a: unstripped }] }, rules)
    expect(found).toMatchObject({ count: 'part', bytes: 410_000, paths: [{ path: '/a', bytes: 410_000 }] })
  })

  const folder = temporaryFolder()
  afterAll(() => folder.remove())

  it.skipIf(!has('gcc') || !has('strip'))('come to what strip takes out of a program of gcc', async () => {
    const source = join(folder.path, 'a.c')
    const built = join(folder.path, 'a')
    const stripped = join(folder.path, 'b')
    const functions = Array.from({ length: 2000 }, (_, i) => `int f${i}(int a) { int b = a + ${i}; return b * a; }`)
    writeFileSync(source, `${functions.join('\n')}\nint main(void) { return f1(2); }\n`)
    execFileSync('gcc', ['-g3', '-o', built, source])
    copyFileSync(built, stripped)
    execFileSync('strip', [stripped])
    const body = readFileSync(built)
    const saved = body.length - statSync(stripped).size
    const [found] = await findingsOf({ own: [{ a: file(body, { mode: 0o755 }) }] }, rules)
    expect(saved).toBeGreaterThan(100_000)
    expect(Math.abs((found?.bytes ?? 0) / saved - 1)).toBeLessThan(0.02)
    expect(await findingLines({ own: [{ a: file(readFileSync(stripped), { mode: 0o755 }) }] }, rules)).toEqual([])
  })
})

function has(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const script = (text: string): Node => file(text, { mode: 0o755 })

describe('a missing interpreter', () => {
  const rules = IMAGE_FIT_RULES.filter(({ id }) => id === 'dead-interpreter')
  const detailsOf = async (image: BloatLiteral) => (await findingsOf(image, rules)).map(({ detail }) => detail)
  const dead = script('#!/opt/venv/bin/python\n')

  it.each<[what: string, image: BloatLiteral, details: readonly string[]]>([
    ['of a script', { own: [{ 'app/run': dead }] }, ['/opt/venv/bin/python of /app/run']],
    [
      'of several scripts of a layer',
      { own: [{ 'app/run': dead, 'app/walk': dead }] },
      ['/opt/venv/bin/python of /app/run and 1 more'],
    ],
    [
      'of a program',
      { own: [{ app: program({ interpreter: '/lib64/ld-linux-x86-64.so.2' }) }] },
      ['/lib64/ld-linux-x86-64.so.2 of /app'],
    ],
    [
      'that a link leads to in vain',
      { own: [{ 'app/run': dead, 'opt/venv/bin/python': symlink('/usr/bin/python3') }] },
      ['/opt/venv/bin/python of /app/run'],
    ],
    [
      'that a later layer deleted',
      { own: [{ 'app/run': dead, 'opt/venv/bin/python': 'x' }, { opt: whiteout }] },
      ['/opt/venv/bin/python of /app/run'],
    ],
    [
      'of a script within a package, which the image starts',
      { own: [{ 'app/node_modules/x/run': dead }], config: { cmd: ['/app/node_modules/x/run'] } },
      ['/opt/venv/bin/python of /app/node_modules/x/run'],
    ],
    ['is none where it is there', { own: [{ 'app/run': dead, 'opt/venv/bin/python': 'x' }] }, []],
    [
      'is none where links lead to it',
      {
        own: [{ 'app/run': dead, 'opt/venv': symlink('env'), 'opt/env/bin/python': symlink('../../../usr/bin/py') }],
        base: [{ 'usr/bin/py': 'x' }],
      },
      [],
    ],
    ['is none of a script without a first line for it', { own: [{ 'app/run': script('echo a\n') }] }, []],
    ['is none of a script that is not executable', { own: [{ 'app/run': '#!/opt/venv/bin/python\n' }] }, []],
    ['is none of a static program', { own: [{ app: program({}) }] }, []],
    ['is none of what a package keeps', { own: [{ 'app/node_modules/x/a.sh': dead, 'usr/share/a/b.csh': dead }] }, []],
    ['of the base image is a matter of the base', { base: [{ 'app/run': dead }] }, []],
    ['is none of a script that is gone', { own: [{ 'app/run': dead }, { 'app/run': whiteout }] }, []],
    ['may come from the host', { own: [{ 'app/run': script('#!/proc/self/exe\n') }] }, []],
  ])('%s', async (_, image, details) => expect(await detailsOf(image)).toEqual(details))

  it('costs no bytes', async () => {
    expect(await findingLines({ own: [{ 'app/run': dead }] }, rules)).toEqual(['dead-interpreter 1 0'])
  })
})
