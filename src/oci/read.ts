import type { Archive } from './archive.ts'
import { listCandidates } from './candidates.ts'
import { type Image, readImage } from './image.ts'
import type { Reading } from './layer.ts'
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
