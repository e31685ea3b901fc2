import { parseJsonList, parseRecordedList, unquoteGo } from './go-list.ts'
import { expandWord, findHeredocs, type Lookup, splitWords } from './words.ts'

/** When an instruction has an effect: while the image is built, when a container of it runs, or both. */
export type When = 'build' | 'runtime' | 'both'

/** What a history does not say of an instruction. */
export type Lost = 'sources' | 'from' | 'body' | 'quoting'

/** A flag of an instruction, as in `--chown=app`. */
export interface Flag {
  readonly name: string
  /** Undefined for a flag that stands alone, as in `--link`. */
  readonly value: string | undefined
}

/** A heredoc of an instruction; its body is undefined where the history does not keep it. */
export interface Heredoc {
  readonly name: string
  readonly body: string | undefined
}

/** An instruction of a Dockerfile taken apart; what its word does not have is empty. */
export interface Command {
  /** The instruction's word, in capitals. */
  readonly word: Word
  /** What follows the word and its flags, as it was written or recorded. */
  readonly text: string
  readonly flags: readonly Flag[]
  /** How a command was given; undefined for instructions that hold none. */
  readonly form: 'shell' | 'exec' | undefined
  /** The words of an exec form; the ports, volumes, or the one value of other instructions. */
  readonly args: readonly string[]
  /** Sources of COPY and ADD; none where they are lost. */
  readonly sources: readonly string[]
  readonly destination: string | undefined
  /** Names and values of ENV, LABEL and ARG, in order; an ARG without default has no value. */
  readonly pairs: readonly (readonly [name: string, value: string | undefined])[]
  readonly heredocs: readonly Heredoc[]
  readonly lost: readonly Lost[]
}

/** How the text of an instruction came about. */
export interface Reading {
  /** True for the text of a Dockerfile; false for what a builder prints of the values it understood. */
  readonly written: boolean
  /** The character that escapes in a Dockerfile. */
  readonly escapeMark?: string
  /** Gives the variables that a Dockerfile's text may name; without it they stay as they are. */
  readonly lookup?: Lookup
  /** Names of variables and labels that the image has, which tell where a value without quotes ends. */
  readonly names?: ReadonlySet<string>
}

type Parts = Partial<Omit<Command, 'word'>>
type ParseParts = (text: string, reading: Reading) => Parts

/** Every instruction that a Dockerfile may hold below FROM: when it works, and how its text is read (Dockerfile reference). */
const WORDS = {
  ADD: { when: 'build', parse: parseCopy },
  ARG: { when: 'build', parse: parseArg },
  CMD: { when: 'runtime', parse: parseForms },
  COPY: { when: 'build', parse: parseCopy },
  ENTRYPOINT: { when: 'runtime', parse: parseForms },
  ENV: { when: 'both', parse: parsePairs },
  EXPOSE: { when: 'runtime', parse: parseItems },
  FROM: { when: 'build', parse: parseItems },
  HEALTHCHECK: { when: 'runtime', parse: parseHealthcheck },
  LABEL: { when: 'runtime', parse: parsePairs },
  MAINTAINER: { when: 'runtime', parse: parseOne },
  ONBUILD: { when: 'build', parse: parseOne },
  RUN: { when: 'build', parse: parseForms },
  SHELL: { when: 'build', parse: parseForms },
  STOPSIGNAL: { when: 'runtime', parse: parseOne },
  USER: { when: 'both', parse: parseOne },
  VOLUME: { when: 'runtime', parse: parseItems },
  WORKDIR: { when: 'both', parse: parseOne },
} as const satisfies Record<string, { when: When; parse: ParseParts }>

/** The word that an instruction begins with. */
export type Word = keyof typeof WORDS

/** The word of an instruction, in capitals, or undefined where a Dockerfile knows none such. */
export function parseWord(text: string): Word | undefined {
  const word = text.toUpperCase()
  return Object.hasOwn(WORDS, word) ? (word as Word) : undefined
}

/** When an instruction has an effect. */
export function whenOf(word: Word): When {
  return WORDS[word].when
}

/** An instruction from its word and the text after it; any text gives one. */
export function parseCommand(word: Word, text: string, reading: Reading): Command {
  const { flags, rest } = splitFlags(text)
  const parse: ParseParts = WORDS[word].parse
  const parts = parse(rest, reading)
  return {
    word,
    text: rest,
    form: undefined,
    args: [],
    sources: [],
    destination: undefined,
    pairs: [],
    heredocs: [],
    lost: [],
    ...parts,
    flags: [...flags, ...(parts.flags ?? [])],
  }
}

// A file of classic builders follows the last flag without a space.
const FLAG = /^--([a-z][\w-]*)(?:=(\S*?))?(?:\s+|$|(?=(?:file|dir|multi):[0-9a-f]{6}))/

function splitFlags(text: string): { flags: Flag[]; rest: string } {
  const flags: Flag[] = []
  let rest = text.trim()
  for (let flag = FLAG.exec(rest); flag !== null; flag = FLAG.exec(rest)) {
    flags.push({ name: flag[1] ?? '', value: flag[2] })
    rest = rest.slice(flag[0].length)
  }
  return { flags, rest }
}

function parseOne(text: string, reading: Reading): Parts {
  return { args: [expand(text, reading)] }
}

function expand(word: string, { written, lookup, escapeMark }: Reading): string {
  return written ? expandWord(word, lookup, escapeMark) : word
}

function expandedWords(text: string, reading: Reading): string[] {
  return splitWords(text, reading.escapeMark).map((word) => expand(word, reading))
}

function parseItems(text: string, reading: Reading): Parts {
  return { args: parseRecordedList(text)?.items ?? expandedWords(text, reading) }
}

function parseForms(text: string, { written, escapeMark }: Reading): Parts {
  const heredocs = writtenHeredocs(text, escapeMark)
  const list = written ? parseJsonList(text) : undefined
  if (list !== undefined) return { form: 'exec', args: list }
  const recorded = written ? undefined : parseRecordedList(text)
  if (recorded === undefined) return { form: 'shell', heredocs }
  return { form: 'exec', args: recorded.items, ...(recorded.quoted ? {} : { lost: ['quoting'] as const }) }
}

/** The heredocs of a text of several lines, with their bodies. */
function writtenHeredocs(text: string, escapeMark: string | undefined): Heredoc[] {
  const [first = '', ...lines] = text.split('\n')
  let at = 0
  return findHeredocs(first, escapeMark).map(({ name, stripTabs }) => {
    const start = at
    while (at < lines.length && (stripTabs ? lines[at]?.trimStart() : lines[at]) !== name) at++
    const body =
      at < lines.length
        ? lines
            .slice(start, at++)
            .map((line) => `${line}\n`)
            .join('')
        : undefined
    return { name, body }
  })
}

const RECORDED_SOURCE = /^(.*?)(?:(?:file|dir|multi):[0-9a-f]+|[0-9a-f]{64})(?::[0-9a-f]+)* in (.*)$/s

function parseCopy(text: string, reading: Reading): Parts {
  const { written, escapeMark } = reading
  const recorded = RECORDED_SOURCE.exec(text)
  if (recorded !== null) return { destination: recorded[2]?.trim() ?? '', lost: ['sources'] }
  const [first = ''] = text.split('\n', 1)
  const words = parseJsonList(text)?.map((path) => expand(path, reading)) ?? expandedWords(first, reading)
  const heredocs = written
    ? writtenHeredocs(text, escapeMark)
    : findHeredocs(first).map(({ name }) => ({ name, body: undefined }))
  return {
    sources: words.slice(0, -1),
    destination: words.at(-1),
    heredocs,
    ...(heredocs.some(({ body }) => body === undefined) ? { lost: ['body'] as const } : {}),
  }
}

function parseArg(text: string, reading: Reading): Parts {
  return { pairs: expandedWords(text, reading).map(namedValue) }
}

function parsePairs(text: string, reading: Reading): Parts {
  const { written, names } = reading
  if (written) {
    const words = expandedWords(text, reading)
    if (words[0]?.includes('=')) return { pairs: words.map(namedValue) }
    // `ENV name value with spaces`, the old form.
    const [name = '', ...rest] = text.split(/\s+/)
    return { pairs: [[name, expand(rest.join(' '), reading)]] }
  }
  const pairs: [string, string][] = []
  let head = ''
  for (const piece of text.split(/ (?=[\w./-]+=)/)) {
    const last = pairs.at(-1)
    const [name, value] = namedValue(last === undefined ? head + piece : piece)
    if (last === undefined) {
      // Whatever stands before the first `=` is one name, with its spaces.
      if (value === undefined) head += `${piece} `
      else pairs.push([name, value])
    } else if (value !== undefined && (names === undefined || names.has(name))) pairs.push([name, value])
    else last[1] += ` ${piece}`
  }
  if (pairs.length === 0 && text !== '') pairs.push([text, ''])
  const isSure = names !== undefined || pairs.every(([, value]) => !value.includes(' '))
  return { pairs, ...(isSure ? {} : { lost: ['quoting'] as const }) }
}

function namedValue(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('=')
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** The settings of a health check in the order of Go's struct; `StartInterval` is there since Docker 25. */
const HEALTH = /^&\{(\[.*?\])((?: "[^"]*")*)(?: '(\\?.[^']*)')?\}$/s
const HEALTH_FLAGS = ['interval', 'timeout', 'start-period', 'start-interval']

function parseHealthcheck(text: string, { written }: Reading): Parts {
  const [, list, durations = '', retries = ''] = (written ? null : HEALTH.exec(text)) ?? []
  if (list === undefined) {
    const [, command] = /^CMD\s+(.*)$/is.exec(text) ?? []
    if (command === undefined) return { args: [text] }
    const parts = parseForms(command, { written: true })
    return parts.form === 'exec' ? parts : { ...parts, args: [command] }
  }
  const [kind, ...args] = parseRecordedList(list)?.items ?? []
  const flags: Flag[] = Array.from(durations.matchAll(/"([^"]*)"/g), ([, value = ''], i) => ({
    name: HEALTH_FLAGS[i] ?? '',
    value,
  })).filter(({ name, value }) => name !== '' && value !== '0s')
  const count = unquoteGo(retries).codePointAt(0) ?? 0
  if (count > 0) flags.push({ name: 'retries', value: String(count) })
  if (kind === 'NONE') return { args: ['NONE'], flags }
  return kind === 'CMD-SHELL' ? { form: 'shell', args, flags } : { form: 'exec', args, flags }
}
