import { sqlite } from './sqlite.ts'

/** What a header says; of each path its flags or its state too, where they matter. */
export interface RpmFields {
  readonly name?: string
  readonly version?: string
  readonly release?: string
  readonly epoch?: number
  readonly files?: readonly (string | { readonly path: string; readonly flags?: number; readonly state?: number })[]
  readonly requires?: readonly string[]
  readonly provides?: readonly string[]
  readonly recommends?: readonly string[]
}

/** A value of a tag, by its type. */
export type RpmValue =
  | { readonly type: 1 | 3 | 4; readonly numbers: readonly number[] }
  | { readonly type: 6 | 8; readonly texts: readonly string[] }

/** Tags in the order in which they are written; a tag may come twice. */
export function rpmHeaderOf(tags: readonly (readonly [tag: number, value: RpmValue])[]): Buffer {
  const entries: number[] = []
  let store = Buffer.alloc(0)
  for (const [tag, value] of tags) {
    const size = value.type === 4 ? 4 : value.type === 3 ? 2 : 1
    store = Buffer.concat([store, Buffer.alloc((size - (store.length % size)) % size)])
    const count = 'texts' in value ? value.texts.length : value.numbers.length
    entries.push(tag, value.type, store.length, count)
    const body =
      'texts' in value ? Buffer.from(value.texts.map((text) => `${text}\0`).join('')) : Buffer.alloc(count * size)
    if ('numbers' in value) for (const [i, number] of value.numbers.entries()) body.writeUIntBE(number, i * size, size)
    store = Buffer.concat([store, body])
  }
  const head = Buffer.alloc(8 + 4 * entries.length)
  for (const [i, number] of [tags.length, store.length, ...entries].entries()) head.writeUInt32BE(number, 4 * i)
  return Buffer.concat([head, store])
}

/** The header of an installed package, as rpm stores it in its database. */
export function rpmHeader({ name = 'a', version = '1.0', release = '1', ...rest }: RpmFields): Buffer {
  const { epoch, files = [], requires = [], provides = [name], recommends = [] } = rest
  const listed = files.map((file) => (typeof file === 'string' ? { path: file } : file))
  const cut = (path: string): [string, string] => [
    path.slice(0, path.lastIndexOf('/') + 1),
    path.slice(path.lastIndexOf('/') + 1),
  ]
  const directories = [...new Set(listed.map(({ path }) => cut(path)[0]))]
  const text = (value: string): RpmValue => ({ type: 6, texts: [value] })
  const lists: readonly (readonly [number, RpmValue])[] = [
    [1030, { type: 3, numbers: listed.map(() => 0o644) }],
    [1037, { type: 4, numbers: listed.map(({ flags = 0 }) => flags) }],
    [1116, { type: 4, numbers: listed.map(({ path }) => directories.indexOf(cut(path)[0])) }],
    [1117, { type: 8, texts: listed.map(({ path }) => cut(path)[1]) }],
    [1118, { type: 8, texts: directories }],
    [1029, { type: 1, numbers: listed.map(({ state = 0 }) => state) }],
  ]
  return rpmHeaderOf([
    [1000, text(name)],
    [1001, text(version)],
    [1002, text(release)],
    ...(epoch === undefined ? [] : [[1003, { type: 4, numbers: [epoch] }] as const]),
    [1047, { type: 8, texts: provides }],
    ...(requires.length === 0 ? [] : [[1049, { type: 8, texts: requires }] as const]),
    ...(recommends.length === 0 ? [] : [[5046, { type: 8, texts: recommends }] as const]),
    ...(listed.length === 0 ? [] : lists),
  ])
}

/** The database of rpm with these packages. */
export function rpmdb(...packages: readonly RpmFields[]): Buffer {
  return sqlite({ Packages: packages.map((fields) => [null, rpmHeader(fields)]), Sigmd5: [['x', 1, 2]] })
}
