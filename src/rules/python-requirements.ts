import { normalName } from '../packages/pip.ts'

/** The distributions that a project names, in the form in which names are compared. */
export interface Requirements {
  readonly needed: readonly string[]
  /** For development and tests. */
  readonly dev: readonly string[]
  /** The tables and lists that name any, such as `dependency-groups.dev`; none for a file of lines. */
  readonly places: readonly string[]
}

const DEVELOPMENT = 'dev|develop|development|test|tests|testing|lint|linting|docs?|typing|ci'
const IS_DEVELOPMENT = new RegExp(`^(?:${DEVELOPMENT})$`)
const PARTS = [...DEVELOPMENT.replace('docs?', 'doc|docs').split('|'), 'base', 'common', 'main', 'prod', 'production']

/** Names of files that list requirements line by line. */
export const REQUIREMENTS_FILES: readonly string[] = [
  'requirements.txt',
  ...PARTS.flatMap((part) => [
    `requirements-${part}.txt`,
    `requirements_${part}.txt`,
    `requirements.${part}.txt`,
    `${part}-requirements.txt`,
    `${part}_requirements.txt`,
  ]),
]

/** Names that such files have in a directory of requirements. */
export const REQUIREMENTS_PARTS: readonly string[] = PARTS.map((part) => `${part}.txt`)

/** Files that describe a whole project. */
export const PYTHON_PROJECTS: readonly string[] = ['pyproject.toml', 'Pipfile']

/** Such a directory, with a slash at its end. */
export const REQUIREMENTS_DIRECTORY = /(?:^|\/)(?:requirements|reqs)\/$/

/** What a file of requirements says, by its name. */
export function readRequirements(file: string, text: string): Requirements {
  const names = text
    .split(/\r?\n/)
    .map((line) => /^\s*([A-Za-z\d][\w.-]*)(?=\s*(?:[[;=<>!~@#\\]|$))/.exec(line)?.[1])
    .filter((name) => name !== undefined)
    .map(normalName)
  const isDev = file.split(/[-_.]/).some((part) => IS_DEVELOPMENT.test(part))
  return isDev ? { needed: [], dev: names, places: [] } : { needed: names, dev: [], places: [] }
}

/** What `pyproject.toml` or a Pipfile says: the tables and lists of names that packaging tools agree on, read line by line. */
export function readProject(text: string): Requirements {
  const needed: string[] = []
  const dev: string[] = []
  const places = new Set<string>()
  const listAt = (kind: Kind, place: string) => {
    if (kind === undefined) return undefined
    places.add(place)
    return kind === 'dev' ? dev : needed
  }
  let table = ''
  let list: string[] | undefined
  for (const line of text.split(/\r?\n/)) {
    let rest = line
    if (list === undefined) {
      const header =
        line.length > LONGEST_HEADER ? undefined : /^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$/.exec(line)?.[1]
      if (header !== undefined) {
        table = header.replaceAll(/["'\s]/g, '')
        const [, around = '', name = ''] = /^(.+)\.([^.]+)$/.exec(table) ?? []
        listAt(kindOfTable(around), around)?.push(normalName(name))
        continue
      }
      const [, key, value = ''] = /^\s*["']?([\w.-]+)["']?\s*=\s*(.*)$/.exec(line) ?? []
      if (key === undefined) continue
      listAt(kindOfTable(table), table)?.push(normalName(key))
      if (!value.startsWith('[')) continue
      list = listAt(kindOfList(table, key), `${table}.${key}`) ?? []
      rest = value
    }
    for (const [, double, single] of rest.matchAll(STRING)) {
      const name = /^\s*([A-Za-z\d][\w.-]*)/.exec(double ?? single ?? '')?.[1]
      if (name !== undefined) list.push(normalName(name))
    }
    // A name with an extra has brackets of its own, within its quotes.
    if (rest.replaceAll(STRING, '').replace(/#.*/, '').includes(']')) list = undefined
  }
  return { needed, dev, places: [...places] }
}

/** The name of a table is shorter. */
const LONGEST_HEADER = 200
const STRING = /"([^"]*)"|'([^']*)'/g

type Kind = 'needed' | 'dev' | undefined

/** What the keys of a table are, where they are names of distributions. */
function kindOfTable(table: string): Kind {
  if (table === 'tool.poetry.dependencies' || table === 'packages') return 'needed'
  if (table === 'tool.poetry.dev-dependencies' || table === 'dev-packages') return 'dev'
  const [, group] = /^tool\.poetry\.group\.([^.]+)\.dependencies$/.exec(table) ?? []
  return group === undefined ? undefined : kindOfGroup(group)
}

/** What a list of a table is, where it holds requirements. */
function kindOfList(table: string, key: string): Kind {
  if (table === 'project' && key === 'dependencies') return 'needed'
  if (table === 'tool.uv' && key === 'dev-dependencies') return 'dev'
  if (table === 'tool.pdm.dev-dependencies') return 'dev'
  return table === 'dependency-groups' || table === 'project.optional-dependencies' ? kindOfGroup(key) : undefined
}

/** An extra of another name may be wanted at run time. */
export function kindOfGroup(group: string): Kind {
  return IS_DEVELOPMENT.test(group) ? 'dev' : 'needed'
}
