import type { Installer } from '../dockerfile/lean-install.ts'
import { kindOfGroup, type Requirements } from './python-requirements.ts'

/** A file that names distributions for development. */
export interface NamingFile extends Requirements {
  readonly name: string
}

/** The installer that some files are for, and what stands against its leaving out what they name for development. */
export function pythonInstaller(files: readonly NamingFile[]): Installer {
  const [file, ...others] = files
  if (files.every(({ places }) => places.length === 0)) {
    return { name: 'pip', requirements: files.map(({ name }) => name) }
  }
  if (file === undefined || others.length > 0) return { name: 'pip', obstacle: SEVERAL }
  const places = file.places.filter((place) => !NEEDED.test(place))
  const isAll = (isKnown: (place: string) => boolean) => places.every(isKnown)
  if (isAll((place) => place === 'dev-packages')) return { name: 'pipenv' }
  if (isAll((place) => place === 'dependency-groups.dev' || place === 'tool.uv.dev-dependencies')) return { name: 'uv' }
  if (isAll((place) => place === 'tool.poetry.dev-dependencies')) {
    return { name: 'poetry', obstacle: 'use poetry install --only main, or --no-dev where Poetry is older than 1.2' }
  }
  if (isAll(isDevelopmentGroup)) return { name: 'poetry' }
  return { name: 'pip', obstacle: MIXED }
}

const NEEDED = /^(?:packages|project\.dependencies|tool\.poetry\.dependencies)$/
const SEVERAL = 'several files of the project name them; tell what installs them to leave out what is for development'
const MIXED =
  'the project has groups or extras besides those for development; name what is to be installed (poetry install --without dev, uv sync --no-group dev, pip install . without [dev])'

function isDevelopmentGroup(place: string): boolean {
  const [, group] = /^tool\.poetry\.group\.([^.]+)\.dependencies$/.exec(place) ?? []
  return place === 'tool.poetry.dev-dependencies' || (group !== undefined && kindOfGroup(group) === 'dev')
}
