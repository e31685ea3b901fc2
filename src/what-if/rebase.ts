import type { Image, Layer } from '../oci/image.ts'
import { findBelow } from '../tree/below.ts'
import type { Sizes } from './ledger.ts'

/** What stands in for the base image: its layers as they were read, or figures out of a table. */
export type NewBase = { readonly layers: readonly Layer[] } | { readonly sizes: Sizes }

/** An image on another base. */
export interface Rebased {
  /** Bytes that it is smaller, less than 0 where it is larger. */
  readonly saved: Sizes
  /** False where the new base is only known by its sizes. */
  readonly exact: boolean
  /** Paths that own layers delete and the new base does not have: signs that they were made for the old one. */
  readonly conflicts: readonly string[]
}

/**
 * The own layers of an image on another base. Whether what they hold works there is not known; the final rootfs is
 * another one.
 */
export function rebaseTo({ layers }: Image, baseLayers: number, base: NewBase): Rebased {
  const old = sizesOf(layers.slice(0, baseLayers))
  const own = layers.slice(baseLayers)
  if ('sizes' in base) return { saved: difference(old, base.sizes), exact: false, conflicts: [] }
  const all = [...base.layers, ...own]
  const changesetOf = (index: number) => {
    const content = all[index]?.content
    return content === undefined || typeof content === 'string' ? undefined : content.changeset
  }
  const conflicts = own.flatMap((_, i) => {
    const index = base.layers.length + i
    const removed = [...(changesetOf(index)?.removed ?? [])]
    return removed.filter((path) => findBelow(changesetOf, index, path) === undefined)
  })
  return { saved: difference(old, sizesOf(base.layers)), exact: true, conflicts }
}

function sizesOf(layers: readonly Layer[]): Sizes {
  const sizes = { tarBytes: 0, contentBytes: 0, blobBytes: 0 }
  for (const { content, blobBytes } of layers) {
    sizes.blobBytes += blobBytes
    if (typeof content === 'string') continue
    sizes.tarBytes += content.tarBytes
    sizes.contentBytes += content.contentBytes
  }
  return sizes
}

function difference(a: Sizes, b: Sizes): Sizes {
  const blobBytes = a.blobBytes === undefined || b.blobBytes === undefined ? undefined : a.blobBytes - b.blobBytes
  return { tarBytes: a.tarBytes - b.tarBytes, contentBytes: a.contentBytes - b.contentBytes, blobBytes }
}
