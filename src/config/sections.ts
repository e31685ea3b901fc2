import { fieldsOf, parseYaml, type YamlEntry } from '../format/yaml.ts'

/** What a config file can hold: how the UI looks and listens, how findings are judged, and what `--ci` asks for. */
const SECTIONS = ['theme', 'mouse', 'ascii', 'keys', 'findings', 'ci'] as const
export type Section = (typeof SECTIONS)[number]

/** The sections that are there; each part of the program reads its own. */
export type Sections = ReadonlyMap<Section, YamlEntry>

/** The sections of a config file (YAML); `file` names it for the `UserError`. */
export function parseSections(text: string, file: string): Sections {
  return fieldsOf(parseYaml(text, file, 'a config file'), 'a config file', SECTIONS)
}
