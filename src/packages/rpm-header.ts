import { decodeName } from '../format/escape.ts'
import { Unreadable } from './unreadable.ts'

/** What is wanted of a header, by rpm's numbers (rpm, *Tags*). */
const TAGS = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  fileStates: 1029,
  fileFlags: 1037,
  provideNames: 1047,
  requireNames: 1049,
  directoryIndexes: 1116,
  baseNames: 1117,
  directoryNames: 1118,
  recommendNames: 5046,
} as const

type TagName = keyof typeof TAGS

const NAMES = new Map<number, TagName>(Object.entries(TAGS).map(([name, tag]) => [tag, name as TagName]))

/** Bytes of a number, by its type: characters, and integers of 8, 16 and 32 bits. */
const NUMBER_BYTES: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 2: 1, 3: 2, 4: 4 }
/** The types of one text, of several, and of one in several languages. */
const TEXTS: ReadonlySet<number> = new Set([6, 8, 9])
const INTRODUCTION_BYTES = 8
const ENTRY_BYTES = 16

/** What a header says of a package; a list that it does not have is empty. */
export interface RpmHeader {
  texts(tag: TagName): string[]
  numbers(tag: TagName): number[]
}

/** Where the values of a tag lie. */
interface Entry {
  readonly type: number
  readonly offset: number
  readonly count: number
}

/** Parses a header as databases store it, without the magic of package files (rpm, *Package format*, header); throws `Unreadable`. */
export function parseRpmHeader(blob: Buffer): RpmHeader {
  const entryCount = blob.length < INTRODUCTION_BYTES ? 0 : blob.readUInt32BE(0)
  const begin = INTRODUCTION_BYTES + entryCount * ENTRY_BYTES
  if (entryCount === 0 || begin + blob.readUInt32BE(4) !== blob.length)
    throw new Unreadable('a package is damaged: its header has another length')
  const entries = new Map<TagName, Entry>()
  for (let at = INTRODUCTION_BYTES; at < begin; at += ENTRY_BYTES) {
    const name = NAMES.get(blob.readUInt32BE(at))
    // What was added when the package was installed comes last, and holds.
    if (name !== undefined) {
      const [type, offset, count] = [blob.readUInt32BE(at + 4), blob.readUInt32BE(at + 8), blob.readUInt32BE(at + 12)]
      entries.set(name, { type, offset, count })
    }
  }
  const store = blob.subarray(begin)
  return {
    texts(tag) {
      const entry = entries.get(tag)
      return entry === undefined ? [] : readTexts(store, entry)
    },
    numbers(tag) {
      const entry = entries.get(tag)
      return entry === undefined ? [] : readNumbers(store, entry)
    },
  }
}

function readTexts(store: Buffer, { type, offset, count }: Entry): string[] {
  if (!TEXTS.has(type) || count > store.length) throw damagedEntry()
  let end = offset
  for (let i = 0; i < count; i++) {
    end = store.indexOf(0, end) + 1
    if (end === 0) throw damagedEntry()
  }
  return decodeName(store.subarray(offset, end)).split('\0').slice(0, count)
}

function readNumbers(store: Buffer, { type, offset, count }: Entry): number[] {
  const size = NUMBER_BYTES[type]
  if (size === undefined || offset + count * size > store.length) throw damagedEntry()
  return Array.from({ length: count }, (_, i) => store.readUIntBE(offset + i * size, size))
}

function damagedEntry(): Unreadable {
  return new Unreadable('a package is damaged: its header leads nowhere')
}
