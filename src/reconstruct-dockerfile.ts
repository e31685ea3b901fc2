import { type AnalyseOptions, openAnalysis } from './analyse.ts'
import type { KnownBase } from './dockerfile/base.ts'
import { reconstruct } from './dockerfile/reconstruct.ts'
import { dockerfile } from './reporters/dockerfile.ts'
import type { ReporterOptions } from './reporters/reporter.ts'
import type { Input } from './sources/open.ts'

/**
 * The Dockerfile of an image as text, in pieces: its history as instructions, each layer with its sizes.
 *
 * @throws UserError where the image cannot be read, or `known` does not fit it.
 */
export async function reconstructDockerfile(
  input: Input,
  options: AnalyseOptions,
  known: KnownBase | undefined,
  look: ReporterOptions,
): Promise<Iterable<string>> {
  const { image, report, close } = await openAnalysis(input, options)
  close()
  const record = {
    history: image.history,
    config: image.config,
    diffIds: image.layers.map(({ diffId }) => diffId),
    changesets: image.layers.map(({ content }) => (typeof content === 'string' ? undefined : content.changeset)),
  }
  return dockerfile(report, reconstruct(record, known), look)
}
