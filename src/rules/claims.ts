import type { Evidence, Instance } from './evidence.ts'
import type { Claim } from './rule.ts'

/** One claim for each layer that wrote some of the files, and each layer that hid them. */
export function claimsByLayer(files: readonly Instance[], { hiddenBy, image }: Evidence): Claim[] {
  interface Group {
    readonly layer: number
    readonly by: number | undefined
    readonly files: Instance[]
  }
  const groups = new Map<number, Group>()
  const layers = image.layers.length
  for (const file of files) {
    const by = hiddenBy.get(file.node)?.by
    const key = file.layer * (layers + 1) + (by ?? layers)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { layer: file.layer, by, files: [file] })
    else group.files.push(file)
  }
  return [...groups.values()].map(({ layer, by, files }) => ({ layer, ...(by !== undefined && { by }), files }))
}
