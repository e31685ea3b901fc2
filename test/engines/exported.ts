import { type Lab, run } from './lab.ts'

/** What a path is, as far as an exported container and a report can be compared. */
export interface Row {
  readonly kind: string
  readonly size: number
  readonly mode: string
  readonly uid: number
  readonly gid: number
  /** Target of a symbolic link. */
  readonly link?: string
}

const KINDS: Readonly<Record<string, string>> = {
  '-': 'file',
  h: 'hardlink',
  d: 'directory',
  l: 'symlink',
  c: 'character-device',
  b: 'block-device',
  p: 'fifo',
}

const LINE = /^(.)(.{9}) +(\d+)\/(\d+) +(\d+|\d+,\d+) \d{4}-\d\d-\d\d \d\d:\d\d (.*)$/

/** An exported container as GNU tar lists it. */
interface Listing {
  /** By the bytes of the path, one character each, without a slash at either end. */
  readonly rows: Map<string, Row>
  /** Bytes of the bodies of regular files, hard links counted once. */
  readonly bodyBytes: number
}

/** What GNU tar lists of an exported container; throws where it lists a line of unknown shape. */
export async function listExport(lab: Lab, file: string): Promise<Listing> {
  const listing = await run(lab, ['tar', '--numeric-owner', '--quoting-style=escape', '-tvf', file])
  const rows = new Map<string, Row>()
  let bodyBytes = 0
  for (const line of listing.trimEnd().split('\n')) {
    const [, type = '', permissions = '', uid, gid, size, rest = ''] = LINE.exec(line) ?? []
    const kind = KINDS[type]
    if (kind === undefined) throw new Error(`tar listed a line this test cannot read: ${line}`)
    const [name = '', target = ''] = rest.split(kind === 'hardlink' ? ' link to ' : ' -> ').map(unescapeName)
    const path = name.replace(/\/$/, '')
    const attributes = { mode: parseMode(permissions), uid: Number(uid), gid: Number(gid) }
    // An export names one file of a group of hard links and links the others to it.
    if (kind === 'hardlink') rows.set(path, { kind: 'file', size: rows.get(target)?.size ?? -1, ...attributes })
    else if (kind === 'symlink') rows.set(path, { kind, size: 0, ...attributes, link: target })
    else rows.set(path, { kind, size: kind === 'file' ? Number(size) : 0, ...attributes })
    if (kind === 'file') bodyBytes += Number(size)
  }
  return { rows, bodyBytes }
}

function unescapeName(text: string): string {
  return text.replace(/\\([0-7]{3}|\\)/g, (_, code: string) =>
    code === '\\' ? code : String.fromCharCode(Number.parseInt(code, 8)),
  )
}

/** `rwsr-xr-x` as octal digits. */
function parseMode(permissions: string): string {
  let mode = 0
  for (const [i, letter] of [...permissions].entries()) {
    if (letter !== '-' && letter !== 'S' && letter !== 'T') mode |= 0o400 >> i
    if ('sStT'.includes(letter)) mode |= [0o4000, 0o2000, 0o1000][Math.floor(i / 3)] ?? 0
  }
  return mode.toString(8)
}
