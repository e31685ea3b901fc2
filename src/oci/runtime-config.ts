import { field, isObject, type Json, textEntries, textField, textsField } from './json.ts'

/** What an image config says of how a container of it runs (image-spec, config.md, "config"); empty values are left out. */
export interface RuntimeConfig {
  readonly user?: string
  readonly workingDir?: string
  readonly entrypoint?: readonly string[]
  readonly cmd?: readonly string[]
  readonly env?: readonly string[]
  readonly exposedPorts?: readonly string[]
  readonly volumes?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly stopSignal?: string
}

/** The runtime part of an image config. */
export function parseRuntimeConfig(document: Json | undefined): RuntimeConfig {
  const config = field(document, 'config')
  const labels = textEntries(config, 'Labels')
  return {
    ...ifAny('user', textField(config, 'User')),
    ...ifAny('workingDir', textField(config, 'WorkingDir')),
    ...ifAny('entrypoint', textsField(config, 'Entrypoint')),
    ...ifAny('cmd', textsField(config, 'Cmd')),
    ...ifAny('env', textsField(config, 'Env')),
    ...ifAny('exposedPorts', keysOf(field(config, 'ExposedPorts'))),
    ...ifAny('volumes', keysOf(field(config, 'Volumes'))),
    ...(labels.length === 0 ? {} : { labels: Object.fromEntries(labels) }),
    ...ifAny('stopSignal', textField(config, 'StopSignal')),
  }
}

function ifAny<K extends string, T extends string | readonly string[]>(
  name: K,
  value: T | undefined,
): { [P in K]?: T } {
  return value === undefined || value.length === 0 ? {} : ({ [name]: value } as { [P in K]: T })
}

function keysOf(value: Json | undefined): string[] {
  return isObject(value) ? Object.keys(value) : []
}
