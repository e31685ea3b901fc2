import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { Host } from '../host.ts'
import type { Options } from '../options.ts'
import { readTextFile } from '../sources/text-file.ts'
import type { Sections } from './sections.ts'

/**
 * The sections of the config file that the user names, else of those in the usual places: that of the project, then
 * that of the user. A section stands in the first of them that has it.
 */
export async function readSections({ config }: Pick<Options, 'config'>, { env }: Pick<Host, 'env'>): Promise<Sections> {
  const texts = config === undefined ? usualFiles(env) : [namedFile(config)]
  if (texts.length === 0) return new Map()
  const { parseSections } = await import('./sections.ts')
  return new Map(texts.reverse().flatMap(({ path, text }) => [...parseSections(text, path)]))
}

interface TextFile {
  readonly path: string
  readonly text: string
}

function namedFile(path: string): TextFile {
  const text = readTextFile(path)
  if (text === undefined) throw new UserError(`${escapeText(path)}: there is no such config file; check --config`)
  return { path, text }
}

function usualFiles(env: Host['env']): TextFile[] {
  const home = env.XDG_CONFIG_HOME || (env.HOME && join(env.HOME, '.config'))
  const paths = ['.layerscope.yaml', ...(home ? [join(home, 'layerscope', 'config.yaml')] : [])]
  return paths.flatMap((path) => {
    const text = readTextFile(path)
    return text === undefined ? [] : [{ path, text }]
  })
}
