import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import { type Archive, MARKERS } from './archive.ts'
import type { LayerEntries } from './changeset-builder.ts'
import { type Image, oddityWarnings } from './image.ts'

/**
 * An archive without any image metadata, read as the single layer that it may be (`docker export`,
 * `--output type=tar`).
 *
 * @throws UserError that says what the archive holds where it is no root filesystem either.
 */
export function rootFilesystemImage(archive: Archive): Image {
  const { entries, isRootfs, name, bytes, readBody } = archive
  if (entries === undefined || !isRootfs) throw notAnImage(archive)
  entries.origin.layer = 0
  const content = {
    ...entries,
    compression: 'none',
    excerpts: new Map(),
    unseen: 0,
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
    readBody: readBody && ((file) => readBody('', file, name)),
  }
}

function notAnImage(archive: Archive): UserError {
  const { name, entries } = archive
  const markers = [...MARKERS].filter((marker) => archive.size(marker) !== undefined)
  const isLayout = archive.size('oci-layout') !== undefined || entries?.changeset.added.children.has('blobs') === true
  const problem =
    markers.length > 0
      ? `${markers.join(' and ')} in it name no image`
      : isLayout
        ? 'it has blobs, but no index.json or manifest.json names an image'
        : 'it has no manifest.json, index.json or repositories'
  return new UserError(
    `${name} is no image: ${problem}${heldBy(entries)}; give what "docker save" or "skopeo copy" wrote`,
  )
}

/** The names at the top of a tar, in words. */
function heldBy(entries: LayerEntries | undefined): string {
  if (entries === undefined) return ''
  const top = [...entries.changeset.added.children.keys()]
  const held = top.slice(0, 4).map((entry) => `"${escapeText(entry)}"`)
  const more = top.length > held.length ? ` and ${top.length - held.length} more` : ''
  return ` (it holds ${held.length === 0 ? 'nothing' : held.join(', ')}${more})`
}
