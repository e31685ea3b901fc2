/** Whether a path, without its leading slash, is one that is looked for. */
export type Match = (path: string) => boolean

/** What a text looks for, or why it cannot be looked for. */
export type Matcher = { readonly match: Match } | { readonly error: string }

const GLOB = /[*?[]/
const REGEX = /^\/(.+)\/$/s

/**
 * What a filter or a search finds: a part of the text, a glob where it has `*`, `?` or `[`, or a regular expression
 * between slashes. Capitals count only where the text has some. `in` says what is searched where the text itself does
 * not decide: the whole path, or its last name; text with a slash and regular expressions always see the path.
 */
export function parseMatcher(text: string, within: 'path' | 'name'): Matcher {
  const flags = /\p{Lu}/u.test(text) ? 'su' : 'sui'
  const [, source] = REGEX.exec(text) ?? []
  if (source !== undefined) {
    try {
      const pattern = new RegExp(source, flags)
      return { match: (path) => pattern.test(`/${path}`) }
    } catch {
      return { error: 'this is no regular expression yet' }
    }
  }
  if (GLOB.test(text)) {
    const pattern = new RegExp(`^${globSource(text.replace(/^\//, ''))}$`, flags)
    return { match: text.includes('/') ? (path) => pattern.test(path) : (path) => pattern.test(nameOf(path)) }
  }
  const find = finder(text, flags.includes('i'))
  return { match: within === 'path' || text.includes('/') ? (path) => find(`/${path}`) : (path) => find(nameOf(path)) }
}

/** Whether a text holds another, with or without regard to capitals. */
function finder(part: string, ignoreCase: boolean): Match {
  if (!ignoreCase) return (text) => text.includes(part)
  const lower = part.toLowerCase()
  return (text) => text.toLowerCase().includes(lower)
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** A glob as the source of a regular expression: `*` stays within a directory, `**` does not. */
function globSource(glob: string): string {
  return glob.replace(/\*\*\/?|\*|\?|\[[!^]?[^\]]+\]|[\s\S]/gu, (part) => {
    if (part === '**/') return '(?:.*/)?'
    if (part === '**') return '.*'
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    if (part.length > 2 && part.startsWith('[')) return classSource(part)
    return part.replace(/[\\^$.*+?()[\]{}|/-]/g, (special) => (special === '-' ? '-' : `\\${special}`))
  })
}

function classSource(part: string): string {
  const [, not = '', members = ''] = /^\[([!^]?)(.*)\]$/s.exec(part) ?? []
  const safe = members.replace(/[\\^[\]]/g, (special) => `\\${special}`)
  // A range that runs backwards, as in [z-a], is no range.
  return /([\s\S])-([\s\S])/u.test(members) && !isSound(`[${safe}]`)
    ? `[${not === '' ? '' : '^'}${safe.replaceAll('-', '\\-')}]`
    : `[${not === '' ? '' : '^'}${safe}]`
}

function isSound(source: string): boolean {
  try {
    return new RegExp(source, 'u').source !== ''
  } catch {
    return false
  }
}
