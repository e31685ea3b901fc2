import type { Layer } from '../oci/image.ts'

export type Codec = 'none' | 'gzip' | 'zstd'

/** About how large a layer is in each codec at its usual level, next to what it is in gzip. */
const NEXT_TO_GZIP = { gzip: 1, zstd: 0.93 } as const

/** Bytes of a layer's blob in another codec. */
export interface Recompressed {
  readonly blobBytes: number
  /** False where it is an estimate. */
  readonly exact: boolean
}

/**
 * What a layer's blob would take in another codec, the tar unchanged; undefined where nothing tells: how well a layer
 * packs is only known of one that is packed.
 */
export function recompress({ content, blobBytes }: Layer, codec: Codec): Recompressed | undefined {
  if (typeof content === 'string') return undefined
  const { compression, tarBytes } = content
  if (codec === compression) return { blobBytes, exact: true }
  if (codec === 'none') return { blobBytes: tarBytes, exact: true }
  if (compression === 'none') return undefined
  return { blobBytes: Math.round((blobBytes * NEXT_TO_GZIP[codec]) / NEXT_TO_GZIP[compression]), exact: false }
}
