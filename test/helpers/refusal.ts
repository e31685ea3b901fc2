import { expect } from 'vitest'
import { type AnalyseOptions, analyse } from '../../src/analyse.ts'
import { UserError } from '../../src/errors.ts'
import { file, pipe, temporaryFolder } from './deliver.ts'

/** The sentence of the `UserError` that reading ends in; anything else is thrown on, and a success is a failure. */
export async function refusal(reading: Promise<unknown>): Promise<string> {
  try {
    await reading
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
  throw new Error('It was read without an error')
}

/** Expects that a file and a pipe of some bytes are refused, with a sentence that matches, names its source and tells what to do. */
export async function expectRefusal(bytes: Uint8Array, pattern: RegExp, options: AnalyseOptions = {}): Promise<void> {
  const folder = temporaryFolder()
  try {
    for (const input of [file(folder.path, bytes, 'image.tar'), pipe(bytes, 1000)]) {
      const message = await refusal(analyse(input, options))
      expect(message).toMatch(pattern)
      expect(message).toMatch(/image\.tar|standard input/)
      expect(message).toMatch(/; \S/)
      expect(message).not.toMatch(/[^\P{C}\n]|undefined|null|\[object/u)
    }
  } finally {
    folder.remove()
  }
}
