import type { Elf } from './elf.ts'
import { isElf, readElf, sectionTable } from './elf.ts'
import type { TarReader } from './tar-reader.ts'

/** What to look at in a body: so many bytes of its beginning, and for a program how it is put together. */
export interface Look {
  readonly bytes: number
  readonly program: boolean
}

/** Chooses what to look at in a file of a layer, by its name as the tar has it, its permission bits and its size in bytes. */
export type ChooseLook = (name: string, mode: number, size: number) => Look | undefined

/** Files that are looked into: by their names alone, so that they can be chosen while a pipe passes by. */
export interface LookRow {
  /** Names without directories. */
  readonly names?: readonly string[]
  /** Ends of names, from the last dot on. */
  readonly endings?: readonly string[]
  /** Directories, from the root, whose files are looked into whatever their names. */
  readonly directories?: readonly string[]
  /** What the directories around a named file have to be, with a slash at the end. */
  readonly within?: RegExp
  /** How much of the beginning is kept, in bytes. */
  readonly bytes: number
  /** Whether nothing is kept of a longer file, whose beginning alone would tell nothing. */
  readonly isWhole?: true
}

/** What was kept of a body on its way. */
export interface Excerpt {
  /** Its beginning, or all of it where it is not longer. */
  readonly head: Buffer
  /** What its headers tell, where it was looked at as a program and is an ELF file. */
  readonly elf: Elf | undefined
}

/** An excerpt of a file of a layer. */
export interface PlacedExcerpt extends Excerpt {
  /** Path of the file as its tar entry has it, without a leading slash. */
  readonly path: string
}

/** The headers of a program and the name of its interpreter lie within so many bytes. */
const PROGRAM_BYTES = 4096
/** A longer section table is not believed. */
const LONGEST_TABLE = 1 << 20

/** A part of a body that is wanted. */
interface Part {
  readonly from: number
  readonly bytes: Buffer
  filled: number
}

/** Takes an excerpt from a body whose bytes pass in order, with gaps or without. */
export class ExcerptTaker {
  readonly #look: Look
  readonly #size: number
  readonly #head: Part
  #table: Part | undefined

  /** `size` is the length of the body in bytes. */
  constructor(look: Look, size: number) {
    this.#look = look
    this.#size = size
    this.#head = partOf(0, Math.min(size, Math.max(look.bytes, look.program ? PROGRAM_BYTES : 0)))
  }

  /** The first byte that is still missing, and how many from there on; undefined where nothing is. */
  get missing(): { readonly from: number; readonly bytes: number } | undefined {
    const part = [this.#head, this.#table].find((one) => one !== undefined && one.filled < one.bytes.length)
    return part && { from: part.from + part.filled, bytes: part.bytes.length - part.filled }
  }

  /** Takes what it wants of a chunk that stands at a place of the body. */
  take(chunk: Buffer, at: number): void {
    const had = this.#head.filled
    fill(this.#head, chunk, at)
    if (had < this.#head.filled && this.#head.filled === this.#head.bytes.length) this.#table = this.#planTable()
    if (this.#table !== undefined) fill(this.#table, chunk, at)
  }

  /** The excerpt, once the whole body has passed or nothing is missing. */
  finish(): Excerpt {
    const { bytes, program } = this.#look
    const head = this.#head.bytes
    const kept = head.length > bytes ? Buffer.from(head.subarray(0, bytes)) : head
    return { head: kept, elf: program && isElf(head) ? readElf(head, this.#table?.bytes, this.#size) : undefined }
  }

  #planTable(): Part | undefined {
    const head = this.#head.bytes
    const place = this.#look.program && isElf(head) ? sectionTable(head) : undefined
    if (place === undefined || place.bytes > LONGEST_TABLE || place.offset + place.bytes > this.#size) return undefined
    const table = partOf(place.offset, place.bytes)
    fill(table, head, 0)
    return table
  }
}

function partOf(from: number, bytes: number): Part {
  return { from, bytes: Buffer.alloc(bytes), filled: 0 }
}

/** Copies what follows the filled bytes of a part, where the chunk has it. */
function fill(part: Part, chunk: Buffer, at: number): void {
  const start = part.from + part.filled - at
  if (start < 0 || start >= chunk.length) return
  part.filled += chunk.copy(part.bytes, part.filled, start)
}

/** Takes an excerpt from the body where a reader stands, passing over what it does not need. */
export async function takeExcerpt(reader: TarReader, look: Look, size: number): Promise<Excerpt> {
  const taker = new ExcerptTaker(look, size)
  let at = 0
  for (let next = taker.missing; next !== undefined; next = taker.missing) {
    if (next.from > at) at += await reader.skipBody(next.from - at)
    const chunk = await reader.readBody()
    if (chunk === undefined) break
    taker.take(chunk, at)
    at += chunk.length
  }
  return taker.finish()
}
