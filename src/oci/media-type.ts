/** What a media type says of a layer; compression is never taken from it, but sniffed. */
export type LayerNature = 'filesystem' | 'non-distributable' | 'encrypted' | 'not-a-filesystem'

const LAYER_NATURES: readonly (readonly [RegExp, LayerNature])[] = [
  [/\+encrypted$/, 'encrypted'],
  [/^application\/vnd\.docker\.image\.rootfs\.foreign\.diff\./, 'non-distributable'],
  [/^application\/vnd\.oci\.image\.layer\.nondistributable\./, 'non-distributable'],
  [/^application\/vnd\.docker\.image\.rootfs\./, 'filesystem'],
  [/^application\/vnd\.oci\.image\.layer\./, 'filesystem'],
  // Non-standard names in the wild ("rootfs.diff.tar+gzip", "application/x-tar"): a tar of some kind.
  [/(?:^|[./+-])tar(?:$|[.+-])/, 'filesystem'],
]

/** What a layer descriptor's media type says; without one it is a file system layer. */
export function layerNature(mediaType: string | undefined): LayerNature {
  if (mediaType === undefined || mediaType === '') return 'filesystem'
  return LAYER_NATURES.find(([pattern]) => pattern.test(mediaType))?.[1] ?? 'not-a-filesystem'
}

const INDEXES: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
])

/** Whether a descriptor points at an image index or a Docker manifest list. */
export function isIndexType(mediaType: string | undefined): boolean {
  return mediaType !== undefined && INDEXES.has(mediaType)
}
