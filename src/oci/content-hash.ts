import createHasher from 'xxhash-wasm'

/** Hashes file bodies with xxh64: enough to call two bodies of one size equal; nothing is trusted because of it. */
export interface ContentHash {
  /** The hash of a body that lies in one piece. */
  whole(bytes: Uint8Array): bigint
  /** A hash over a body that comes in pieces. */
  start(): { update(bytes: Uint8Array): void; digest(): bigint }
}

/** Loads the hash. */
export async function loadContentHash(): Promise<ContentHash> {
  const { create64, h64Raw } = await createHasher()
  return {
    whole: (bytes) => h64Raw(bytes),
    start: () => {
      const state = create64()
      return { update: (bytes) => void state.update(bytes), digest: () => state.digest() }
    },
  }
}
