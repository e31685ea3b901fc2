import type { DockerfileReport } from '../analysis/dockerfile-report.ts'
import type { Report } from '../analysis/report.ts'
import { escapeText } from '../format/escape.ts'
import type { RuleCard } from '../rules/cards.ts'
import type { WhatIf } from '../what-if/plan.ts'
import { inPieces } from './reporter.ts'

/**
 * The report as JSON with an indent of two, in pieces: a list of files can exceed the longest string there is.
 * Whatever is not safe on a terminal is written as \uXXXX, which is the same JSON value.
 */
export function* json(report: Report | DockerfileReport | WhatIf | RuleCard | readonly RuleCard[]): Generator<string> {
  for (const piece of inPieces(tokens(report, '\n'))) yield escapeJson(piece)
  yield '\n'
}

/** JSON of a value, with `newline` (and the indent after it) where a line ends. */
function* tokens(value: object, newline: string): Generator<string> {
  if (isShallow(value)) {
    yield JSON.stringify(value, null, 2).replaceAll('\n', newline)
    return
  }
  const list = Array.isArray(value)
  const inner = `${newline}  `
  yield list ? '[' : '{'
  let separator = inner
  for (const [key, member] of list ? value.entries() : Object.entries(value)) {
    if (member === undefined) continue
    yield list ? separator : `${separator}${JSON.stringify(key)}: `
    separator = `,${inner}`
    if (typeof member === 'object' && member !== null) yield* tokens(member, inner)
    else yield JSON.stringify(member)
  }
  yield newline + (list ? ']' : '}')
}

function isShallow(value: object): boolean {
  const members = Array.isArray(value) ? value : Object.values(value)
  return members.every((member) => typeof member !== 'object' || member === null)
}

/** JSON.stringify already escapes C0 controls and lone surrogates; a newline here only ends a line of the document. */
function escapeJson(text: string): string {
  return text.replace(/[^\n -~]/gu, (character) =>
    escapeText(character) === character ? character : character.split('').map(escapeUnit).join(''),
  )
}

/** One UTF-16 unit as JSON writes it; what lies beyond U+FFFF has two. */
function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
