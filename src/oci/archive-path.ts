/** A name inside an archive as segments without `.`, empty ones or leading slashes; `..` never climbs above the root. */
export interface CleanPath {
  /** Without a leading slash; '' is the root. */
  readonly path: string
  /** Whether a `..` was resolved, which runtimes refuse or clamp. */
  readonly climbed: boolean
}

/** Normalises a name of an archive or layer the way containerd does: clamped at the root. */
export function cleanPath(name: string): CleanPath {
  if (isClean(name)) return { path: name, climbed: false }
  const segments: string[] = []
  let climbed = false
  for (const segment of name.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') {
      climbed = true
      segments.pop()
    } else segments.push(segment)
  }
  return { path: segments.join('/'), climbed }
}

// Most names are clean already; a test without an allocation keeps the split off the hot path.
function isClean(name: string): boolean {
  let start = 0
  for (let i = 0; i <= name.length; i++) {
    if (i < name.length && name.charCodeAt(i) !== 0x2f) continue
    const length = i - start
    if (length === 0) return false
    if (name.charCodeAt(start) === 0x2e && (length === 1 || (length === 2 && name.charCodeAt(start + 1) === 0x2e)))
      return false
    start = i + 1
  }
  return true
}

/** What a link in a directory points at: relative to the directory, or to the root where it begins with a slash. */
export function joinClean(directory: string, link: string): string {
  return cleanPath(link.startsWith('/') ? link : `${directory}/${link}`).path
}
