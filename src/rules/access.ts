import { posix } from 'node:path'
import type { Node } from '../tree/node.ts'
import type { Evidence } from './evidence.ts'
import { roleOf } from './role.ts'
import type { Claim } from './rule.ts'

/** The programs of the start command that the configured user cannot reach, each as a claim without bytes. */
export function* blockedPaths(evidence: Evidence): Generator<Claim> {
  const user = evidence.image.config.user ?? ''
  const [name = '', group] = user.split(':')
  // Who a name is, /etc/passwd says; that it is not root is enough here.
  if (name === '' || name === 'root' || name === '0') return
  const who: Who = { uid: numberOf(name), gid: group === undefined ? undefined : numberOf(group) }
  const { words } = roleOf(evidence)
  const [program = ''] = words
  const candidates = program.includes('/') ? [] : searchPath(evidence, program)
  const blocked = candidates.map((path) => [path, blocker(evidence, path, who)] as const)
  // One that the user can reach is the one that runs.
  const found = blocked.every(([, by]) => by !== undefined) ? blocked.slice(0, 1) : []
  const named = words
    .filter((word) => word.startsWith('/'))
    .map((path) => [path, blocker(evidence, path, who)] as const)
  for (const [path, by] of [...found, ...named]) {
    const node = evidence.live(path.slice(1))
    if (by === undefined || node?.kind !== 'file') continue
    const mode = by.node.attributes.mode.toString(8).padStart(4, '0')
    yield { layer: node.origin.layer, files: [], detail: `USER ${user} cannot pass ${by.path} (${mode}) to ${path}` }
  }
}

interface Who {
  /** Undefined where the config has a name. */
  readonly uid: number | undefined
  readonly gid: number | undefined
}

function numberOf(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined
}

function searchPath({ env, live }: Evidence, program: string): string[] {
  return (env.get('PATH') ?? '/usr/local/bin:/usr/bin:/bin')
    .split(':')
    .filter((directory) => directory.startsWith('/'))
    .map((directory) => posix.join(directory, program))
    .filter((path) => live(path.slice(1)) !== undefined)
}

/** The first directory above a path that does not let the user in. */
function blocker({ live }: Evidence, path: string, who: Who): { path: string; node: Node } | undefined {
  for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
    const node = live(path.slice(1, at))
    if (node?.kind === 'directory' && !mayEnter(node, who)) return { path: path.slice(0, at), node }
  }
  return undefined
}

/** Whether a user may pass a directory, as far as is known: an owner or a group that could be the user's counts as such. */
function mayEnter({ attributes: { mode, uid, gid } }: Node, who: Who): boolean {
  if ((mode & 0o001) > 0) return true
  const isOwner = who.uid === undefined ? uid !== 0 : who.uid === uid
  // A group for which nothing was configured may come from /etc/passwd, or be that of root.
  const isGroup = who.gid === undefined || who.gid === gid
  return (isOwner && (mode & 0o100) > 0) || (isGroup && (mode & 0o010) > 0)
}
