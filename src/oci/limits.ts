import { UserError } from '../errors.ts'

interface Limit {
  readonly default: number
  readonly unit: string
  /** What it bounds, as a phrase that reads after "the". */
  readonly bounds: string
}

const KIB = 1024
const MIB = 1024 * KIB

/** Every bound on what an image may make us hold or do: a hostile image meets one of these, a real one none. */
export const LIMITS = {
  json: { default: 20 * MIB, unit: 'bytes', bounds: 'size of one JSON document (manifest, index or config)' },
  documents: { default: 256 * MIB, unit: 'bytes', bounds: 'size of all JSON documents kept from one archive' },
  header: { default: MIB, unit: 'bytes', bounds: 'size of one pax header, GNU long name or sparse map' },
  name: { default: 64 * KIB, unit: 'characters', bounds: 'length of one path or link target' },
  depth: { default: 4096, unit: 'segments', bounds: 'depth of one path' },
  images: { default: 10_000, unit: 'images', bounds: 'number of images that the documents of one archive name' },
  history: { default: 10_000, unit: 'entries', bounds: 'number of history entries of one image' },
  layers: { default: 2000, unit: 'layers', bounds: 'number of layers in one image' },
  entries: { default: 20_000_000, unit: 'entries', bounds: 'number of tar entries in one layer' },
  inflation: { default: 500, unit: 'times', bounds: 'growth by decompression past the first 1 GiB' },
  window: { default: 128 * MIB, unit: 'bytes', bounds: 'window that one zstd frame asks for' },
} as const satisfies Record<string, Limit>

/** What can be limited, as typed in `--limit name=N`. */
export type LimitName = keyof typeof LIMITS

/** The limits in force, each in the unit of its row in `LIMITS`. */
export type Limits = Readonly<Record<LimitName, number>>

/** The limits where the user sets none. */
export const defaultLimits: Limits = {
  json: LIMITS.json.default,
  documents: LIMITS.documents.default,
  header: LIMITS.header.default,
  name: LIMITS.name.default,
  depth: LIMITS.depth.default,
  images: LIMITS.images.default,
  history: LIMITS.history.default,
  layers: LIMITS.layers.default,
  entries: LIMITS.entries.default,
  inflation: LIMITS.inflation.default,
  window: LIMITS.window.default,
}

/** The failure of `what` to stay within a limit; the sentence ends with the flag that lets `value` through. */
export function exceeded(name: LimitName, what: string, value?: number): UserError {
  const { bounds, unit } = LIMITS[name]
  const found = value === undefined ? '' : ` (${value} ${unit})`
  return new UserError(
    `${what}: the ${bounds} is over the limit${found}; if you trust this image, raise it with --limit ${name}=${value ?? 'N'}`,
  )
}
