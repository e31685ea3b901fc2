import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Lab, run } from './lab.ts'

const sources = fileURLToPath(new URL('./image/', import.meta.url))

/** The two builders of Docker; both build the same Dockerfile. */
export const builders = [
  { name: 'classic', env: { DOCKER_BUILDKIT: '0' } },
  { name: 'buildkit', env: { DOCKER_BUILDKIT: '1' } },
] as const

type Builder = (typeof builders)[number]

/** Packs the base layer of the test image as a tar; gives the folder to build in. */
export async function makeContext(lab: Lab): Promise<string> {
  const rootfs = join(lab.folder, 'rootfs')
  const context = join(lab.folder, 'context')
  await mkdir(rootfs)
  await mkdir(context)
  await run(lab, ['bash', join(sources, 'rootfs.sh')], { cwd: rootfs })
  await run(lab, ['tar', '--numeric-owner', '-C', rootfs, '-cf', join(context, 'base.tar'), '.'])
  await run(lab, ['cp', join(sources, 'Dockerfile'), context])
  return context
}

/** Builds the test image without any network; gives its tag. */
export async function buildImage(lab: Lab, context: string, builder: Builder): Promise<string> {
  const tag = `layerscope-test:${builder.name}`
  await run(lab, ['docker', 'build', '--network=none', '--tag', tag, context], { env: builder.env })
  return tag
}
