/** What is ticked: findings by their ids, and paths by their keys; the empty set where nothing is. */
export type Ticks = ReadonlySet<string>

/** A path as a layer writes it, without a leading slash. */
interface Written {
  readonly layer: number
  readonly path: string
}

/** What stands for a path among ticks; no id of a finding has a blank. */
export function pathKey({ layer, path }: Written): string {
  return `${layer} ${path}`
}

/** The path that a key stands for; undefined where it is the id of a finding. */
export function parsePathKey(key: string): Written | undefined {
  const blank = key.indexOf(' ')
  return blank < 0 ? undefined : { layer: Number(key.slice(0, blank)), path: key.slice(blank + 1) }
}

/** The ticks with some more. */
export function withTicks(ticks: Ticks, keys: Iterable<string>): Ticks {
  return new Set([...ticks, ...keys])
}

/** The ticks without some. */
export function withoutTicks(ticks: Ticks, keys: Iterable<string>): Ticks {
  const left = new Set(ticks)
  for (const key of keys) left.delete(key)
  return left
}

/** The ticks with some paths, which take the place of what was ticked beneath them. */
export function withPaths(ticks: Ticks, places: readonly Written[]): Ticks {
  const keys = places.map(pathKey)
  const beneath = [...ticks].filter((tick) => keys.some((key) => tick.startsWith(`${key}/`)))
  return withTicks(withoutTicks(ticks, beneath), keys)
}

/** The ticked path that is a place, or that holds it; undefined where none does. */
export function holderOf(ticks: Ticks, { layer, path }: Written): string | undefined {
  if (ticks.size === 0) return undefined
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const holder = path.slice(0, end)
    if (ticks.has(pathKey({ layer, path: holder }))) return holder
  }
  return undefined
}
