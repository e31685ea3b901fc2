import type { Evidence, Instance } from './evidence.ts'
import type { Claim } from './rule.ts'

/** One claim for each layer that wrote some of the files, and each layer that hid them. */
export function claimsByLayer(files: readonly Instance[], { hiddenBy }: Evidence): Claim[] {
  const groups = new Map<string, { layer: number; by: number | undefined; files: Instance[] }>()
  for (const file of files) {
    const by = hiddenBy.get(file.node)?.by
    const key = `${file.layer} ${by}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { layer: file.layer, by, files: [file] })
    else group.files.push(file)
  }
  return [...groups.values()].map(({ layer, by, files }) => ({ layer, ...(by !== undefined && { by }), files }))
}
