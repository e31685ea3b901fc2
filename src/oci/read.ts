import type { Archive } from './archive.ts'
import { listCandidates } from './candidates.ts'
import { type HistoryEntry, parseHistory } from './history.ts'
import { type Image, readImage } from './image.ts'
import { field, textsField } from './json.ts'
import type { Reading } from './layer.ts'
import type { Limits } from './limits.ts'
import { rootFilesystemImage } from './root-filesystem.ts'
import { type Choice, selectCandidate } from './select.ts'

/**
 * The image of an archive that was asked for, read whole.
 *
 * @throws UserError where there is none, several, or where one is damaged or not whole.
 */
export async function readChosenImage(archive: Archive, choice: Choice, reading: Reading): Promise<Image> {
  const candidates = await listCandidates(archive, reading.limits)
  if (candidates.length === 0) return rootFilesystemImage(archive)
  return readImage(archive, selectCandidate(candidates, choice, archive.name), reading)
}

/** What an image says of itself before any of its layers is read. */
export interface ImageMetadata {
  readonly tags: readonly string[]
  /** Of the uncompressed tar of each layer, base layer first; none where the config names none. */
  readonly diffIds: readonly string[]
  readonly history: readonly HistoryEntry[]
}

/**
 * The metadata of every image in an archive, in its order; layers need not be there.
 *
 * @throws UserError where nothing says that it holds images.
 */
export async function readMetadata(archive: Archive, limits: Limits): Promise<ImageMetadata[]> {
  const candidates = await listCandidates(archive, limits)
  // Says what it holds instead, or gives a root filesystem, which has no metadata.
  if (candidates.length === 0) rootFilesystemImage(archive)
  return candidates.map(({ tags, config }) => ({
    tags,
    diffIds: textsField(field(config, 'rootfs'), 'diff_ids'),
    history: parseHistory(config),
  }))
}
