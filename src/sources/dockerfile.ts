import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import { readTextFile } from './text-file.ts'

const MIB = 1 << 20

/** The text of a Dockerfile. UserError where there is none, or one longer than anyone writes. */
export function readDockerfile(path: string): string {
  const name = escapeText(path)
  const text = readTextFile(path, MIB + 1)
  if (text === undefined) throw new UserError(`${name}: there is no such Dockerfile; check --dockerfile`)
  if (text.length > MIB) throw new UserError(`${name} is longer than 1 MiB, so it is no Dockerfile; check --dockerfile`)
  return text
}
