/** Lines of a file that others take the place of; both ends counted from 1, `last` below `first` where nothing goes. */
export interface LineEdit {
  readonly first: number
  readonly last: number
  readonly lines: readonly string[]
  /** What it is for, behind the mark of its hunk. */
  readonly reason: string
}

/** Lines around a change that are shown. */
const CONTEXT = 3

/** The lines of a unified diff of a file; the edits do not overlap. */
export function unifiedDiff(path: string, lines: readonly string[], edits: readonly LineEdit[]): string[] {
  const ordered = edits
    .map((edit) => trimmed(lines, edit))
    .filter(({ first, last, lines: added }) => first <= last || added.length > 0)
    .sort((a, b) => a.first - b.first)
  if (ordered.length === 0) return []
  const name = path.replace(/^(?:\.?\/)+/, '')
  const diff = [`--- a/${name}`, `+++ b/${name}`]
  let shift = 0
  for (const hunk of hunksOf(ordered)) {
    const [head] = hunk
    const tail = hunk.at(-1)
    if (head === undefined || tail === undefined) continue
    const from = Math.max(1, head.first - CONTEXT)
    const to = Math.min(lines.length, tail.last + CONTEXT)
    const body: string[] = []
    let at = from
    for (const { first, last, lines: added } of hunk) {
      for (; at < first; at++) body.push(` ${lines[at - 1] ?? ''}`)
      for (; at <= last; at++) body.push(`-${lines[at - 1] ?? ''}`)
      for (const line of added) body.push(`+${line}`)
    }
    for (; at <= to; at++) body.push(` ${lines[at - 1] ?? ''}`)
    const before = to - from + 1
    const after = body.filter((line) => !line.startsWith('-')).length
    const reasons = hunk.length > 1 ? `${hunk.length} edits` : head.reason
    diff.push(`@@ -${from},${before} +${from + shift},${after} @@ ${reasons}`.trimEnd())
    for (const line of body) diff.push(line)
    shift += after - before
  }
  return diff
}

/** The lines of a unified diff that makes a new file. */
export function newFileDiff(path: string, lines: readonly string[], reason: string): string[] {
  if (lines.length === 0) return []
  const head = `@@ -0,0 +1,${lines.length} @@ ${reason}`.trimEnd()
  return ['--- /dev/null', `+++ b/${path}`, head, ...lines.map((line) => `+${line}`)]
}

/** An edit without the lines at its ends that stay as they are. */
function trimmed(before: readonly string[], edit: LineEdit): LineEdit {
  let { first, last } = edit
  let [start, end] = [0, edit.lines.length]
  while (first <= last && start < end && before[first - 1] === edit.lines[start]) {
    first++
    start++
  }
  while (first <= last && start < end && before[last - 1] === edit.lines[end - 1]) {
    last--
    end--
  }
  return { ...edit, first, last, lines: edit.lines.slice(start, end) }
}

/** Edits that lie so near that they share their context. */
function hunksOf(edits: readonly LineEdit[]): LineEdit[][] {
  const hunks: LineEdit[][] = []
  for (const edit of edits) {
    const hunk = hunks.at(-1)
    const end = hunk?.at(-1)?.last
    if (hunk !== undefined && end !== undefined && edit.first - end <= 2 * CONTEXT + 1) hunk.push(edit)
    else hunks.push([edit])
  }
  return hunks
}
