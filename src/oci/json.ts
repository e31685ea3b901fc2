import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'

/** A JSON value as it was parsed; objects are only read through `field`. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * Parses a metadata document.
 *
 * @throws UserError naming the document where the text is not JSON.
 */
export function parseJson(bytes: Uint8Array, what: string): Json {
  const text = new TextDecoder('utf-8').decode(bytes)
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    const why = cause instanceof Error ? escapeText(cause.message) : 'unreadable'
    throw new UserError(`${what} is not valid JSON (${why}); the archive is damaged or was not written as an image`, {
      cause,
    })
  }
}

/** A field of an object, by its exact name or else by its name in any case, as Go's decoder reads it; undefined where there is none. */
export function field(value: Json | undefined, name: string): Json | undefined {
  if (!isObject(value)) return undefined
  if (Object.hasOwn(value, name)) return value[name]
  const lower = name.toLowerCase()
  const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === lower)
  return key === undefined ? undefined : value[key]
}

/** Whether a value is a JSON object. */
export function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A field that is text, or undefined. */
export function textField(value: Json | undefined, name: string): string | undefined {
  const found = field(value, name)
  return typeof found === 'string' ? found : undefined
}

/** A field that is a list; empty where it is anything else, null included. */
export function listField(value: Json | undefined, name: string): readonly Json[] {
  const found = field(value, name)
  return Array.isArray(found) ? (found as readonly Json[]) : []
}

/** The texts of a list field. */
export function textsField(value: Json | undefined, name: string): string[] {
  return listField(value, name).filter((item): item is string => typeof item === 'string')
}

/** The text entries of an object field, in order. */
export function textEntries(value: Json | undefined, name: string): [string, string][] {
  const found = field(value, name)
  if (!isObject(found)) return []
  return Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
}

const BYTE_ORDER_MARK = Buffer.from('\ufeff')

/** Whether bytes may begin a JSON document: an object or a list, after a byte-order mark and white space. */
export function looksLikeJson(head: Buffer): boolean {
  const text = head.indexOf(BYTE_ORDER_MARK) === 0 ? head.subarray(BYTE_ORDER_MARK.length) : head
  const first = text.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
  return first === 0x7b || first === 0x5b
}
