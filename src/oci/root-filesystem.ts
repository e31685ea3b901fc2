import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { Archive } from './archive.ts'
import { type Image, oddityWarnings } from './image.ts'

/** Names at the top of every root filesystem that an engine exports, or that a distribution ships. */
const TOP_NAMES = [
  '.dockerenv',
  'bin',
  'dev',
  'etc',
  'home',
  'lib',
  'lib64',
  'opt',
  'proc',
  'root',
  'run',
  'sbin',
  'sys',
  'tmp',
  'usr',
  'var',
]

/**
 * An archive without any image metadata, read as the single layer that it may be (`docker export`,
 * `--output type=tar`).
 *
 * @throws UserError that says what the archive holds where it is no root filesystem either.
 */
export function rootFilesystemImage(archive: Archive): Image {
  const { entries, name, bytes } = archive
  const top = entries === undefined ? [] : [...entries.changeset.added.children.keys()]
  const looksLikeRoot = TOP_NAMES.filter((known) => top.includes(known)).length >= 2
  if (entries === undefined || !looksLikeRoot) throw notAnImage(name, top)
  entries.origin.layer = 0
  const content = {
    ...entries,
    compression: 'none',
    blobBytes: bytes,
    blobDigest: undefined,
    tarBytes: bytes,
    diffId: undefined,
  } as const
  const warning = {
    code: 'root-filesystem',
    message: `${name} is a root filesystem, not an image: it has no layers, so it is shown as one; save the image itself to see what its layers hide`,
  }
  return {
    archive: name,
    id: undefined,
    tags: [],
    platform: undefined,
    created: undefined,
    config: {},
    history: [],
    layers: [
      {
        index: 0,
        digest: undefined,
        diffId: undefined,
        mediaType: undefined,
        history: undefined,
        blobBytes: bytes,
        content,
      },
    ],
    warnings: [...archive.warnings, warning, ...oddityWarnings(0, content)],
    async hashBodies() {},
  }
}

function notAnImage(name: string, top: readonly string[]): UserError {
  const isLayout = top.includes('blobs') || top.includes('oci-layout')
  const held = top.slice(0, 4).map((entry) => `"${escapeText(entry)}"`)
  const holds =
    held.length === 0 ? 'nothing' : `${held.join(', ')}${top.length > 4 ? ` and ${top.length - 4} more` : ''}`
  const problem = isLayout
    ? 'has blobs, but no index.json or manifest.json names an image'
    : 'has no manifest.json, index.json or repositories'
  return new UserError(
    `${name} is no image: it ${problem} (it holds ${holds}); give what "docker save" or "skopeo copy" wrote`,
  )
}
