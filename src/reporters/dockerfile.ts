import type { Report, ReportLayer } from '../analysis/report.ts'
import type { Lost } from '../dockerfile/command.ts'
import type { Line, Reconstruction } from '../dockerfile/reconstruct.ts'
import { formatBytes, formatCount } from '../format/bytes.ts'
import { type Paint, painter } from '../format/color.ts'
import { escapeText } from '../format/escape.ts'
import { textWidth, truncate } from '../format/width.ts'
import { MARKERS } from './base.ts'
import { type ReporterOptions, WIDTH } from './reporter.ts'

const LOST: Readonly<Record<Lost, string>> = {
  sources: 'the names of the sources are not recorded',
  from: 'a --from is not recorded',
  body: 'the text of the heredoc is not recorded',
  quoting: 'where its quotes stood is not recorded',
}

/** The reconstructed Dockerfile of an image for people: each layer with its sizes, each line that is not certain with what is lost. */
export function* dockerfile(
  report: Report,
  reconstruction: Reconstruction,
  { color }: ReporterOptions,
): Generator<string> {
  const paint = painter(color)
  yield* headerLines(report, reconstruction, paint)
  for (const [i, line] of reconstruction.lines.entries()) {
    const before = reconstruction.lines[i - 1]
    if (startsBlock(line, before)) yield '\n'
    for (const text of noteOf(line, before, report.layers)) yield* noteLines(text, paint)
    yield* line.part === 'base' ? baseLines(line, paint) : ownLines(line)
  }
}

function* headerLines({ image, layers }: Report, { base, aligned }: Reconstruction, paint: Paint): Generator<string> {
  const [decisive] = base.evidence
  const naming = base.evidence.find((one) => one.name !== undefined && one.name === base.name)
  const why = decisive === undefined ? '' : `; ${base.strength}: ${MARKERS[decisive.marker]}`
  const named =
    naming === undefined || naming === decisive ? '' : `; its name is ${naming.strength}: ${MARKERS[naming.marker]}`
  yield* noteLines(`The Dockerfile of ${image.name}, reconstructed from its history and config`, paint)
  yield* noteLines(`Base image: ${sizes(layers.slice(0, base.layers))}${why}${named}`, paint)
  yield* noteLines(`Own: ${sizes(layers.slice(base.layers))}`, paint)
  if (!aligned) {
    yield* noteLines('History and layers differ in number, so which line made which layer is a guess', paint)
  }
  yield* noteLines('Lines without a note are recorded in full', paint)
}

function sizes(layers: readonly ReportLayer[]): string {
  const sum = (key: 'contentBytes' | 'wastedBytes'): number => layers.reduce((total, layer) => total + layer[key], 0)
  const count = `${formatCount(layers.length)} ${layers.length === 1 ? 'layer' : 'layers'}`
  return `${count}, ${formatBytes(sum('contentBytes'))}, ${formatBytes(sum('wastedBytes'))} wasted`
}

/** An empty line stands before each layer and before each part. */
function startsBlock(line: Line, before: Line | undefined): boolean {
  return line.layer !== undefined || line.part !== before?.part || before.layer !== undefined
}

function noteOf(line: Line, before: Line | undefined, layers: readonly ReportLayer[]): string[] {
  const { part, layer, within, confidence, lost, wrote } = line
  if (part === 'from') return []
  if (part === 'config') return before?.part === 'config' ? [] : ['inferred: only the image config says so']
  const facts = [
    ...(layer === undefined ? [] : layerFacts(layer, layers[layer])),
    ...(layer !== undefined && part === 'base' ? ['base'] : []),
    ...(within === undefined ? [] : [`in layer ${within}`]),
  ]
  const isQuiet = facts.length === 0 && confidence === 'runnable'
  const note = isQuiet ? [] : [[...facts, judgement(confidence, lost)].join(', ')]
  if (wrote === undefined) return note
  const names = [...wrote.names.map(escapeText), ...(wrote.files > wrote.names.length ? ['…'] : [])].join(', ')
  return [...note, `wrote ${formatCount(wrote.files)} ${wrote.files === 1 ? 'file' : 'files'}: ${names}`]
}

function layerFacts(index: number, layer: ReportLayer | undefined): string[] {
  if (layer === undefined) return [`layer ${index}`]
  if (layer.unread !== undefined) return [`layer ${index}`, layer.unread]
  return [`layer ${index}`, formatBytes(layer.contentBytes), `${formatBytes(layer.wastedBytes)} wasted`]
}

function judgement(confidence: Line['confidence'], lost: readonly Lost[]): string {
  return lost.length === 0 ? confidence : `${confidence}: ${lost.map((one) => LOST[one]).join('; ')}`
}

/** A comment, over as many lines as it needs; text of the image in it is escaped here. */
function* noteLines(text: string, paint: Paint): Generator<string> {
  let line = '#'
  for (const word of escapeText(text).split(' ')) {
    if (line !== '#' && line !== '#  ' && textWidth(`${line} ${word}`) > WIDTH) {
      yield `${paint('dim', line)}\n`
      line = '#  '
    }
    line = truncate(`${line} ${word}`, WIDTH)
  }
  yield `${paint('dim', line)}\n`
}

/** What came with the base is in its FROM, so here it is a comment of one line. */
function* baseLines({ text }: Line, paint: Paint): Generator<string> {
  const line = text.replace(/^# /, '').replace(/\s*\\?\s*\n\s*|\s+/g, ' ')
  yield `${paint('dim', truncate(`#   ${escapeText(line) || '(no history)'}`, WIDTH))}\n`
}

function* ownLines({ text }: Line): Generator<string> {
  if (text === '') yield '# (no history)\n'
  // Tabs belong to heredocs, and do a terminal no harm.
  else for (const line of text.split('\n')) yield `${line.split('\t').map(escapeText).join('\t')}\n`
}
