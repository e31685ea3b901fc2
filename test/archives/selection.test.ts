import { describe, expect, it } from 'vitest'
import { type AnalyseOptions, analyse } from '../../src/analyse.ts'
import { type Platform, parsePlatformText } from '../../src/oci/platform.ts'
import { blobOf } from '../helpers/altered.ts'
import { type Entries, tarOf } from '../helpers/archive.ts'
import { pipe } from '../helpers/deliver.ts'
import { dockerSave, dockerV1 } from '../helpers/docker-archive.ts'
import { image, json } from '../helpers/image.ts'
import {
  containerdSave,
  type Descriptor,
  descriptor,
  dockerSave25,
  MEDIA_TYPES,
  ociLayout,
} from '../helpers/oci-layout.ts'
import { refusal } from '../helpers/refusal.ts'

const of = (text: string, tags: readonly string[], platform = 'linux/amd64') =>
  image({ layers: [{ [text]: text }], tags, platform })

const read = (entries: Entries, options: AnalyseOptions = {}) =>
  analyse(pipe(tarOf(entries)), { ...options, files: true })

/** The name of the one file that the chosen image has. */
const chosen = async (entries: Entries, options: AnalyseOptions = {}) =>
  (await read(entries, options)).rootfs?.files.map(({ path }) => path.slice(1)).join()

/** The flags that a refusal lists. */
const flags = (message: string) => message.split('\n').flatMap((line) => /^ {2}(--\w+ \S+) /.exec(line)?.[1] ?? [])

const platform = (text: string) => parsePlatformText(text) as Platform

describe('of several images', () => {
  const app = of('app', ['team.example/group/app:1.0', 'app:latest'])
  const tool = of('tool', ['tool:2'])
  const untagged = of('untagged', [])
  const entries = dockerSave([app, tool, untagged])

  it.each([
    ['a tag', 'tool:2', 'tool'],
    ['a name with its registry', 'team.example/group/app:1.0', 'app'],
    ['the end of a name', 'group/app:1.0', 'app'],
    ['a name without its tag', 'app', 'app'],
    ['an image ID', `sha256:${tool.id}`, 'tool'],
    ['the beginning of an image ID', untagged.id.slice(0, 12), 'untagged'],
    ['the beginning of an image ID with its algorithm', `sha256:${untagged.id.slice(0, 6)}`, 'untagged'],
    ['a number of the list', '2', 'untagged'],
  ])('%s chooses one', async (_, wanted, expected) => {
    expect(await chosen(entries, { image: wanted })).toBe(expected)
  })

  it.each([
    ['a name of none', 'nothing:1'],
    ['a number beyond the list', '3'],
    ['a part of a name', 'ool:2'],
    ['an escape sequence', '\u001b[2J'],
  ])('%s chooses none, and the choices are listed', async (_, wanted) => {
    const message = await refusal(read(entries, { image: wanted }))
    expect(message).toContain(`standard input has no image "${wanted.replace('\u001b', '\\e')}"`)
    expect(flags(message)).toEqual(['--image 0', '--image 1', '--image 2'])
  })

  it('none is chosen where nothing is asked for', async () => {
    const message = await refusal(read(entries))
    expect(message).toContain('standard input has 3 images and nothing says which is meant; choose one of')
    expect(message).toContain(`--image 1   tool:2  linux/amd64  sha256:${tool.id.slice(0, 12)}\n`)
    expect(message).toContain('--image 2   (no tag)')
    expect(flags(message)).toEqual(['--image 0', '--image 1', '--image 2'])
  })

  it('each flag of the list chooses what stands behind it', async () => {
    for (const [number, name] of ['app', 'tool', 'untagged'].entries()) {
      expect(await chosen(entries, { image: String(number) })).toBe(name)
    }
  })

  it('the only one that is whole is meant', async () => {
    const broken = dockerSave([app, tool])
    for (const path of broken.keys()) if (broken.get(path) === app.layers[0]?.tar) broken.delete(path)
    expect(await chosen(broken)).toBe('tool')
    expect(await refusal(read(broken, { image: 'app' }))).toMatch(/not whole.*does not hold the layer \S+; save/)
  })

  it('those of an archive before Docker 1.10 are told apart by tag', async () => {
    const old = dockerV1([app, tool])
    expect(await chosen(old, { image: 'tool:2' })).toBe('tool')
    expect(await refusal(read(old))).toContain('has 2 images')
  })
})

describe('of several platforms', () => {
  const manifests = [of('amd64', []), of('arm64', [], 'linux/arm64/v8'), of('armv7', [], 'linux/arm/v7')]
  const entries = ociLayout([{ manifests, tags: ['app:1'], attestations: true }])
  const all = ['--platform linux/amd64', '--platform linux/arm64/v8', '--platform linux/arm/v7']

  it.each([
    ['linux/amd64', 'amd64'],
    ['linux/x86_64', 'amd64'],
    ['linux/arm64', 'arm64'],
    ['linux/aarch64', 'arm64'],
    ['linux/arm', 'armv7'],
  ])('%s chooses one', async (wanted, expected) => {
    expect(await chosen(entries, { platform: platform(wanted) })).toBe(expected)
  })

  it('the one of the host is meant where none is asked for', async () => {
    expect(await chosen(entries, { host: [platform('linux/arm64/v8'), platform('linux/amd64')] })).toBe('arm64')
    expect(await chosen(entries, { host: [platform('plan9/mips'), platform('linux/arm/v7')] })).toBe('armv7')
  })

  it('none is chosen where the host has none, and attestations are no choice', async () => {
    const message = await refusal(read(entries, { host: [platform('windows/amd64')] }))
    expect(message).toContain('has 3 images and nothing says which is meant')
    expect(flags(message)).toEqual(all)
  })

  it.each(['linux/s390x', 'unknown/unknown'])('%s is refused with those that are there', async (wanted) => {
    const message = await refusal(read(entries, { platform: platform(wanted) }))
    expect(message).toContain(`standard input has no image for ${wanted}`)
    expect(flags(message)).toEqual(all)
  })

  it('name and platform go together', async () => {
    const two = ociLayout([
      { manifests, tags: ['app:1'] },
      { manifests: [of('other', [])], tags: ['other:1'] },
    ])
    expect(await chosen(two, { image: 'other:1' })).toBe('other')
    expect(await chosen(two, { image: 'app:1', platform: platform('linux/arm') })).toBe('armv7')
    const message = await refusal(read(two, { image: 'other:1', platform: platform('linux/arm') }))
    expect(message).toContain('has no image "other:1" for linux/arm')
  })

  it('two images of one platform are told apart by number', async () => {
    const twins = ociLayout([of('first', ['a:1']), of('second', ['b:1'])])
    const message = await refusal(read(twins, { host: [platform('linux/amd64')] }))
    expect(flags(message)).toEqual(['--image 0', '--image 1'])
  })

  it('one manifest under two names is one image', async () => {
    expect((await read(ociLayout([of('named', ['a:1', 'b:1'])]))).image.tags).toEqual(['a:1', 'b:1'])
  })

  it('one index under two names is one image for each platform', async () => {
    const two = ociLayout([{ manifests, tags: ['a:1', 'b:1'] }])
    for (const name of ['a:1', 'b:1']) {
      const { image } = await read(two, { image: name, platform: platform('linux/amd64') })
      expect(image.tags).toEqual(['a:1', 'b:1'])
    }
    expect(flags(await refusal(read(two)))).toEqual(all)
  })

  it('the digest of an index, which Docker calls the image ID, chooses among its platforms', async () => {
    const others = { manifests: [of('other', [])], tags: ['other:1'] }
    const two = ociLayout([{ manifests, tags: ['app:1'] }, others])
    const [first, second] = JSON.parse(`${two.get('index.json')}`).manifests.map(({ digest }: Descriptor) => digest)
    expect(await chosen(two, { image: second })).toBe('other')
    expect(await chosen(two, { image: second.slice('sha256:'.length, 19) })).toBe('other')
    expect(await chosen(two, { image: first, platform: platform('linux/arm') })).toBe('armv7')
    expect(flags(await refusal(read(two, { image: first })))).toEqual(all)
  })
})

describe('what is stored beside an image is no choice', () => {
  const named = of('app', ['app:1'], 'linux/arm64')

  it.each([
    [
      'a signature of cosign',
      MEDIA_TYPES.oci.config,
      { architecture: '', os: '' },
      'application/vnd.dev.cosign.simplesigning.v1+json',
    ],
    [
      'an attestation without its annotations',
      MEDIA_TYPES.oci.config,
      { architecture: 'unknown', os: 'unknown' },
      'application/vnd.in-toto+json',
    ],
    ['an attestation without a config', 'application/vnd.oci.empty.v1+json', {}, 'application/vnd.in-toto+json'],
  ])('%s', async (_, configType, document, layerType) => {
    const entries = ociLayout([named])
    const [config, payload] = [json(document), json({ payload: 'signed' })]
    const manifest = json({ config: descriptor(configType, config), layers: [descriptor(layerType, payload)] })
    for (const bytes of [config, payload, manifest]) entries.set(blobOf(bytes), bytes)
    const { manifests } = JSON.parse(`${entries.get('index.json')}`)
    entries.set('index.json', json({ manifests: [descriptor(MEDIA_TYPES.oci.manifest, manifest), ...manifests] }))
    expect(await chosen(entries)).toBe('app')
    expect(flags(await refusal(read(entries, { image: 'none' })))).toEqual(['--image 0'])
  })

  it('an image of no layers is one all the same', async () => {
    expect((await read(ociLayout([image({ layers: [], tags: ['empty:1'] })]))).image.name).toBe('empty:1')
  })
})

describe('a name that Docker shortens', () => {
  const entries = dockerSave25([of('app', ['app:1']), of('tool', ['team/tool:2'])])

  it.each([
    ['app:1', 'app'],
    ['docker.io/library/app:1', 'app'],
    ['docker.io/team/tool:2', 'tool'],
    ['team/tool:2', 'tool'],
  ])('%s is found in each of its spellings, and listed in one', async (wanted, expected) => {
    expect(await chosen(entries, { image: wanted })).toBe(expected)
    const { tags } = (await read(entries, { image: wanted })).image
    expect(tags).toEqual([expected === 'app' ? 'app:1' : 'team/tool:2'])
  })
})

describe('of platforms that the archive does not all hold', () => {
  const manifests = [of('here', [])]
  const absent = [of('away', [], 'linux/arm64/v8')]
  const entries = containerdSave([{ manifests, absent, tags: ['app:1'], attestations: true }])

  it('the one that it holds is meant', async () => {
    expect(await chosen(entries)).toBe('here')
    expect(await chosen(entries, { host: [platform('linux/arm64')] })).toBe('here')
  })

  it('one that it does not hold is refused by name', async () => {
    const message = await refusal(read(entries, { platform: platform('linux/arm64') }))
    expect(message).toMatch(/^the image is not whole in standard input: it does not hold the manifest sha256:\w+; save/)
  })

  it('one that it does not hold is called incomplete in a list', async () => {
    expect(await refusal(read(entries, { image: 'no' }))).toMatch(/--platform linux\/arm64\/v8 .*incomplete$/)
  })
})
