import { type Entries, tarOf } from './archive.ts'
import { type Image, image, json, sha256 } from './image.ts'
import { descriptor, MEDIA_TYPES, ociLayout } from './oci-layout.ts'

/** A small image of two layers. */
export const app: Image = image({
  layers: [{ 'etc/motd': 'hello' }, { 'srv/data': 'x'.repeat(2000) }],
  tags: ['app:1'],
})

/** Where a layout keeps some bytes. */
export function blobOf(bytes: Uint8Array): string {
  return `blobs/sha256/${sha256(bytes)}`
}

/** An archive in which some files are others, or, where undefined, gone. */
export function altered(entries: Entries, changes: Readonly<Record<string, Uint8Array | undefined>>): Buffer {
  const result = new Map(entries)
  for (const [path, bytes] of Object.entries(changes)) {
    if (bytes === undefined) result.delete(path)
    else result.set(path, bytes)
  }
  return tarOf(result)
}

/** A layout whose index names one manifest, as the test has it, beside all blobs of `app`. */
export function layoutWith(manifest: object): Buffer {
  const bytes = json(manifest)
  const manifests = [descriptor(MEDIA_TYPES.oci.manifest, bytes)]
  return altered(ociLayout([app]), { [blobOf(bytes)]: bytes, 'index.json': json({ manifests }) })
}
