/** Which directories are folded: all or none of them at first, and the paths that are the other way round. */
export interface Folding {
  readonly folded: boolean
  readonly except: ReadonlySet<string>
}

/** Nothing folded. */
export const unfolded: Folding = { folded: false, except: new Set() }

/** Everything folded. */
export const allFolded: Folding = { folded: true, except: new Set() }

/** Whether what is beneath a path is hidden. */
export function isFolded({ folded, except }: Folding, path: string): boolean {
  return except.size > 0 && except.has(path) ? !folded : folded
}

/** The folding with one path folded or unfolded, the same object where it is so already. */
export function fold(folding: Folding, path: string, folded: boolean): Folding {
  if (isFolded(folding, path) === folded) return folding
  const except = new Set(folding.except)
  if (!except.delete(path)) except.add(path)
  return { folded: folding.folded, except }
}

/** The folding with every directory on the way to a path unfolded. */
export function unfoldTo(folding: Folding, path: string): Folding {
  let unfolding = folding
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    unfolding = fold(unfolding, path.slice(0, slash), false)
  }
  return unfolding
}
