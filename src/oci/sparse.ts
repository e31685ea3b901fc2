import { nameOf, type PaxRecords, parseInteger } from './pax.ts'
import { decodeNumber, Malformed, type TarHeader } from './tar-header.ts'

/** A piece of a sparse file that is stored; what lies between the pieces is zeros. Both numbers are bytes. */
export interface Fragment {
  readonly offset: number
  readonly length: number
}

/** Gives the next block of a sparse map that goes on past its header, valid until the next call. */
type NextBlock = () => Promise<Buffer>

/** How a sparse file gives its map (GNU tar manual, "Storing Sparse Files"): in headers, in records, or in the body. */
export type SparseFormat = 'gnu' | 'pax 0' | 'pax 1'

const FRAGMENT_BYTES = 24
/** Where the fragments are in a header of type S, and in the blocks that continue it; then comes one "goes on" byte. */
const IN_HEADER = { start: 386, count: 4 }
const IN_EXTENSION = { start: 0, count: 21 }
const REAL_SIZE_AT = 483

/** How an entry is sparse, or undefined where it is not. */
export function sparseFormat(type: string, records: PaxRecords | undefined): SparseFormat | undefined {
  if (type === 'S') return 'gnu'
  if (records === undefined) return undefined
  const major = records.get('GNU.sparse.major') ?? ''
  const minor = records.get('GNU.sparse.minor') ?? ''
  if (major === '0' && (minor === '0' || minor === '1')) return 'pax 0'
  if (major === '1' && minor === '0') return 'pax 1'
  if (major !== '' || minor !== '') return undefined
  // The first formats had no version records.
  return (records.get('GNU.sparse.map') ?? '') === '' ? undefined : 'pax 0'
}

/** Reads the map of a sparse entry, and puts its real size, and name where it has one, into `header`. */
export async function readSparseMap(
  format: SparseFormat,
  header: TarHeader,
  block: Buffer,
  records: PaxRecords | undefined,
  next: NextBlock,
): Promise<readonly Fragment[]> {
  if (format === 'gnu') return readGnuMap(header, block, next)
  const record = (key: string) => records?.get(`GNU.sparse.${key}`) ?? ''
  header.name = nameOf(record('name')) || header.name
  const size = record('size') || record('realsize')
  if (size !== '') header.size = parseInteger(size, 'sparse size')
  return format === 'pax 1' ? readMap1(next) : parseMap0(record('numblocks'), record('map'))
}

async function readGnuMap(header: TarHeader, block: Buffer, next: NextBlock): Promise<Fragment[]> {
  if (header.format !== 'gnu') throw new Malformed('it is of the sparse type S, but not in the GNU format')
  header.size = decodeNumber(block, REAL_SIZE_AT, 12, 'sparse size')
  const fragments: Fragment[] = []
  let more = addFragments(fragments, block, IN_HEADER)
  while (more) more = addFragments(fragments, await next(), IN_EXTENSION)
  return fragments
}

/** Adds what one block has of a map; gives whether the map goes on in another. */
function addFragments(fragments: Fragment[], block: Buffer, { start, count }: typeof IN_HEADER): boolean {
  const end = start + count * FRAGMENT_BYTES
  for (let at = start; at < end && block[at] !== 0; at += FRAGMENT_BYTES) {
    const offset = decodeNumber(block, at, 12, 'sparse map')
    const length = decodeNumber(block, at + 12, 12, 'sparse map')
    fragments.push({ offset, length })
  }
  return block[end] !== 0
}

/** The map in pax sparse formats 0.0 and 0.1, which lies in the records. */
function parseMap0(count: string, map: string): Fragment[] {
  return fragmentsOf(map === '' ? [] : map.split(','), parseInteger(count, 'number of sparse fragments'))
}

/** The map in pax sparse format 1.0: lines of decimal numbers at the start of the body, padded to whole blocks. */
async function readMap1(next: NextBlock): Promise<Fragment[]> {
  let text = ''
  let lines = 0
  const readLines = async (wanted: number): Promise<string[]> => {
    while (lines < wanted) {
      const block = await next()
      text += block.toString('latin1', 0, block.length)
      for (const byte of block) if (byte === 0x0a) lines++
    }
    return text.split('\n')
  }
  const count = parseInteger((await readLines(1))[0] ?? '', 'number of sparse fragments')
  return fragmentsOf((await readLines(1 + 2 * count)).slice(1, 1 + 2 * count), count)
}

function fragmentsOf(numbers: readonly string[], count: number): Fragment[] {
  if (count < 0 || numbers.length !== 2 * count) throw new Malformed('its sparse map has not the length it names')
  const fragments: Fragment[] = []
  for (let i = 0; i < numbers.length; i += 2) {
    const offset = parseInteger(numbers[i] ?? '', 'sparse map')
    const length = parseInteger(numbers[i + 1] ?? '', 'sparse map')
    fragments.push({ offset, length })
  }
  return fragments
}

/** Refuses a map whose fragments overlap, are out of order or reach past `size`; gives how many bytes it says are stored. */
export function checkFragments(fragments: readonly Fragment[], size: number): number {
  if (size < 0 || size > Number.MAX_SAFE_INTEGER) throw new Malformed('its sparse size is negative or beyond 8 PiB')
  let end = 0
  let stored = 0
  for (const { offset, length } of fragments) {
    if (length < 0 || offset < end || offset + length > size) throw new Malformed('its sparse map is out of order')
    end = offset + length
    stored += length
  }
  return stored
}
