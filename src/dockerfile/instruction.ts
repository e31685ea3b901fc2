import { splitCreatedBy } from '../format/created-by.ts'
import type { HistoryEntry } from '../oci/history.ts'
import { type Command, parseCommand, parseWord, type Reading, type When, whenOf } from './command.ts'
import { buildsDockerfiles, markedProducer, type Producer, recordsText } from './producer.ts'
import { endsHeredoc, findHeredocs, type Lookup } from './words.ts'

/** How well a history entry tells the instruction: one that can be run as it stands, one of which something is lost, or none. */
export type Confidence = 'runnable' | 'approximate' | 'unknown'

/** A history entry as the instruction that it records. */
export interface Instruction extends Omit<Command, 'word'> {
  /** Undefined where no instruction of a Dockerfile made the entry. */
  readonly word: Command['word'] | undefined
  readonly when: When
  readonly producer: Producer
  readonly confidence: Confidence
  /** The shell that ran a RUN, word by word; undefined for an exec form and for all other instructions. */
  readonly shell: readonly string[] | undefined
  /** Build arguments that a RUN saw. */
  readonly buildArgs: readonly (readonly [name: string, value: string])[]
}

/** What is known where a history entry stands. */
export interface Surroundings {
  /** The shell in force, word by word. */
  readonly shell?: readonly string[]
  /** Names of variables and labels that the image config has. */
  readonly names?: ReadonlySet<string>
  /** Gives the variables that are set there. */
  readonly lookup?: Lookup
}

/** The shell of an image that sets none (Dockerfile reference, SHELL). */
export const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c']

/** The instruction that a history entry records, whoever wrote it; any text gives one. */
export function parseInstruction(entry: HistoryEntry, surroundings: Surroundings = {}): Instruction {
  const { shell = DEFAULT_SHELL, ...known } = surroundings
  const createdBy = entry.createdBy ?? ''
  const marked = markedProducer(entry)
  if (createdBy.trim() === '' || !buildsDockerfiles(marked)) return foreign(entry, marked)
  const { mark, text, buildArgs, ...split } = splitCreatedBy(createdBy, shell.join(' '))
  // podman writes what classic builders write, and says who it is only in some of its images.
  const producer = marked === 'unknown' && mark !== 'plain' && mark !== 'run' ? 'classic' : marked
  const reading: Reading = { ...known, written: recordsText(producer) }
  if (mark === 'run' || mark === 'shell') {
    // A container's command, as `docker commit` records it.
    if (mark === 'shell' && text.trim() === '') return foreign(entry, 'commit')
    const ran = split.shell === undefined ? undefined : wordsOf(split.shell, shell)
    const own = producer === 'buildah' ? withoutAdditions(text) : text
    return { ...judged(parseRun(own, ran, producer), producer), shell: ran, buildArgs }
  }
  const [, first = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(text) ?? []
  const word = reading.written || first === first.toUpperCase() ? parseWord(first) : undefined
  if (word === undefined) return foreign(entry, marked === 'unknown' ? 'commit' : marked)
  const own = producer === 'buildah' ? rest.replace(BUILDAH_SUFFIX, '') : rest
  return judged(parseCommand(word, own, reading), producer)
}

const BUILDAH_SUFFIX = /(?:\|(?:force-mtime|unsetLabel)=\S*)+\s*$/
const MOUNT_DIGESTS = /(?::(?:sha256:)?[0-9a-f]{64})+$/

/** The text of a RUN of buildah without what it adds: settings of the build, digests of what was mounted; heredocs get back their ends. */
function withoutAdditions(text: string): string {
  const settled = text.replace(BUILDAH_SUFFIX, '')
  const own =
    settled.startsWith('--mount=') || settled.includes(' --mount=') ? settled.replace(MOUNT_DIGESTS, '') : settled
  const [first = ''] = own.split('\n', 1)
  const [heredoc, ...others] = findHeredocs(first)
  const isOpen =
    heredoc !== undefined &&
    own.includes('\n') &&
    !own.split('\n').some((line, i) => i > 0 && endsHeredoc(line, heredoc))
  return isOpen && others.length === 0 ? `${own}\n${heredoc.name}\n` : own
}

function parseRun(text: string, shell: readonly string[] | undefined, producer: Producer): Command {
  const writes = producer !== 'buildkit' && producer !== 'windows'
  if (shell === undefined && !writes) {
    const args = text.split(' ')
    const quoting = args.length > 1 ? (['quoting'] as const) : []
    return { ...parseCommand('RUN', '', { written: true }), text, form: 'exec', args, lost: quoting }
  }
  // Only what stands in a Dockerfile has flags or an exec form behind the shell; BuildKit's text is the command itself.
  const command = parseCommand('RUN', writes ? text : '', { written: true })
  if (writes && (command.form === 'exec' || command.heredocs.length > 0)) return command
  const plain = { ...command, text: writes ? command.text : text, form: 'shell' as const }
  if (!plain.text.trimEnd().includes('\n')) return plain
  const { heredocs } = parseCommand('RUN', plain.text, { written: true })
  // Without marks of its own it was a heredoc as a whole.
  return { ...plain, heredocs: heredocs.length > 0 ? heredocs : [{ name: '', body: plain.text }] }
}

function wordsOf(shell: string, inForce: readonly string[]): readonly string[] {
  return shell === inForce.join(' ') ? inForce : shell.split(' ')
}

function judged(command: Command, producer: Producer): Instruction {
  const lost = [...command.lost]
  // BuildKit names the sources, but not the stage or image that they came from.
  if (producer === 'buildkit' && command.word === 'COPY' && !command.flags.some(({ name }) => name === 'from')) {
    lost.push('from')
  }
  const confidence = lost.length === 0 ? 'runnable' : 'approximate'
  return { ...command, lost, when: whenOf(command.word), producer, confidence, shell: undefined, buildArgs: [] }
}

/** An entry that is no instruction: the text or comment that it has, and who left it. */
function foreign({ createdBy, comment }: HistoryEntry, marked: Producer): Instruction {
  const text = [createdBy?.trim(), comment && createdBy ? `(${comment})` : comment].filter(Boolean).join(' ')
  const producer = marked === 'unknown' && !createdBy && comment !== undefined ? 'import' : marked
  const nothing = parseCommand('RUN', '', { written: true })
  return {
    ...nothing,
    word: undefined,
    text,
    form: undefined,
    when: 'build',
    producer,
    confidence: 'unknown',
    shell: undefined,
    buildArgs: [],
  }
}
