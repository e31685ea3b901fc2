import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import type { Candidate } from '../../src/oci/candidate.ts'
import { type Platform, parsePlatformText } from '../../src/oci/platform.ts'
import { type Choice, isComplete, selectCandidate } from '../../src/oci/select.ts'

const platform = (text: string) => parsePlatformText(text) as Platform

/** An image with a digest that repeats one hexadecimal digit. */
function candidate(digit: string, facts: Partial<Candidate> & { readonly on?: string } = {}): Candidate {
  const { on, ...rest } = facts
  return {
    tags: [],
    manifestDigest: undefined,
    indexDigests: [],
    imageId: `sha256:${digit.repeat(64)}`,
    config: undefined,
    platform: on === undefined ? undefined : platform(on),
    layers: [],
    absent: [],
    mismatches: [],
    isImage: true,
    ...rest,
  }
}

const nothing: Choice = { image: undefined, platform: undefined, host: [] }
const app = candidate('a', { tags: ['docker.io/team/app:latest', 'team/app:1.0'], on: 'linux/amd64' })
const web = candidate('b', { tags: ['web:latest'], on: 'linux/arm64/v8', manifestDigest: `sha512:${'c'.repeat(128)}` })
const old = candidate('d', { tags: ['web:0.9'], on: 'linux/arm64' })
const gone = candidate('e', { on: 'linux/s390x', absent: ['layer 0'] })
const chart = candidate('f', { isImage: false })

describe('the image that was asked for is', () => {
  const all = [app, web, old, gone, chart]
  test.each<[string, Candidate]>([
    ['team/app:1.0', app],
    ['docker.io/team/app:latest', app],
    ['docker.io/team/app', app],
    ['team/app', app],
    ['app', app],
    ['app:1.0', app],
    ['web', web],
    ['web:0.9', old],
    ['0', app],
    ['3', gone],
    [`sha256:${'a'.repeat(64)}`, app],
    ['aaaa', app],
    ['AAAAAAAAAAAA', app],
    [`sha512:${'c'.repeat(20)}`, web],
    ['cccc', web],
  ])('found by %j', (image, expected) => {
    expect(selectCandidate(all, { ...nothing, image }, 'app.tar')).toBe(expected)
  })

  test.each(['pp', 'app:2', '4', 'aaa', 'sha256:', '', 'bbbbc', 'a'.repeat(65)])('not found by %j', (image) => {
    const select = () => selectCandidate(all, { ...nothing, image }, 'app.tar')
    expect(select).toThrow(UserError)
    expect(select).toThrow(`app.tar has no image "${image}"; it has:\n`)
  })

  test('found by its tag before its number', () => {
    const named = candidate('1', { tags: ['0'] })
    expect(selectCandidate([app, named], { ...nothing, image: '0' }, 'app.tar')).toBe(named)
  })
})

describe('the image of a platform is', () => {
  const all = [app, web, gone, chart]
  test.each<[string, Candidate]>([
    ['linux/amd64', app],
    ['linux/aarch64', web],
    ['linux/s390x', gone],
  ])('chosen by %s', (text, expected) => {
    expect(selectCandidate(all, { ...nothing, platform: platform(text) }, 'app.tar')).toBe(expected)
  })

  test('the complete one, where another is not', () => {
    const torn = candidate('1', { on: 'linux/amd64', absent: ['config'] })
    expect(selectCandidate([torn, app], { ...nothing, platform: platform('linux/amd64') }, 'app.tar')).toBe(app)
  })

  test('none that has another name', () => {
    const choice = { ...nothing, image: 'app', platform: platform('linux/arm64') }
    expect(() => selectCandidate(all, choice, 'app.tar')).toThrow('app.tar has no image "app" for linux/arm64; it has:')
  })
})

describe('where nothing was asked for', () => {
  const choose = (candidates: readonly Candidate[], ...host: string[]) =>
    selectCandidate(candidates, { ...nothing, host: host.map(platform) }, 'app.tar')

  test('the only image is meant', () => expect(choose([web])).toBe(web))
  test('the only one is meant even if it is not whole', () => expect(choose([gone])).toBe(gone))
  test('the only image among other artifacts is meant', () => expect(choose([chart, web])).toBe(web))
  test('an artifact is meant where there is no image', () => expect(choose([chart])).toBe(chart))
  test('the only complete image is meant', () => expect(choose([gone, web, gone])).toBe(web))
  test('the host decides among several', () => expect(choose([app, web], 'linux/arm64')).toBe(web))
  test('the host prefers its best platform', () => expect(choose([app, web], 'linux/s390x', 'linux/amd64')).toBe(app))
  test('the host decides nothing where two images fit', () => {
    expect(() => choose([web, old, app], 'linux/arm64', 'linux/amd64')).toThrow('has 3 images')
  })
  test('the host decides nothing where none fits', () => {
    expect(() => choose([app, web], 'linux/s390x')).toThrow('has 2 images')
  })
})

describe('the list of choices', () => {
  const listed = (candidates: readonly Candidate[], choice: Partial<Choice> = {}): string[] => {
    try {
      selectCandidate(candidates, { ...nothing, ...choice }, 'app.tar')
    } catch (error) {
      if (error instanceof UserError) return error.message.split('\n')
      throw error
    }
    throw new Error('one was chosen')
  }

  test('names a platform for each image where that tells them apart', () => {
    expect(listed([app, web])).toEqual([
      'app.tar has 2 images and nothing says which is meant; choose one of:',
      '  --platform linux/amd64   docker.io/team/app:latest, team/app:1.0  linux/amd64  sha256:aaaaaaaaaaaa',
      '  --platform linux/arm64/v8   web:latest  linux/arm64/v8  sha256:bbbbbbbbbbbb',
    ])
  })

  test.each<[string, readonly Candidate[]]>([
    ['two have one', [app, candidate('1', { on: 'linux/amd64' })]],
    ['one has none', [app, candidate('1')]],
    ['one means another too', [app, candidate('1', { on: 'linux/amd64/v2' })]],
    ['one cannot be typed', [app, candidate('1', { platform: { os: '', architecture: 'arm64', variant: undefined } })]],
  ])('gives numbers where %s', (_, candidates) => {
    expect(
      listed(candidates)
        .slice(1)
        .map((line) => line.trim().split('   ')[0]),
    ).toEqual(['--image 0', '--image 1'])
  })

  test.each<[string, readonly Candidate[]]>([
    ['platforms', [app, web]],
    ['numbers', [web, old, app, chart]],
    ['numbers of incomplete ones', [gone, candidate('1', { absent: ['x'] })]],
  ])('names %s that choose what stands beside them', (_, candidates) => {
    for (const line of listed(candidates).slice(1)) {
      const [, flag, value = ''] = /^ {2}--(image|platform) (\S+)/.exec(line) ?? []
      const choice = flag === 'image' ? { ...nothing, image: value } : { ...nothing, platform: platform(value) }
      expect(line).toContain(selectCandidate(candidates, choice, 'app.tar').imageId?.slice(0, 19))
    }
  })

  test('counts numbers among all images, not only among those that are left', () => {
    const twins = [candidate('1', { tags: ['web:1'] }), candidate('2', { tags: ['web:1'] })]
    expect(
      listed([app, ...twins], { image: 'web:1' })
        .slice(1)
        .map((line) => line.slice(2, 11)),
    ).toEqual(['--image 1', '--image 2'])
  })

  test('says what is incomplete and what has no tag, and ends after fifty', () => {
    const many = Array.from({ length: 60 }, () => gone)
    const lines = listed(many)
    expect(lines).toHaveLength(52)
    expect(lines[1]).toBe('  --image 0   (no tag)  linux/s390x  sha256:eeeeeeeeeeee  incomplete')
    expect(lines.at(-1)).toBe('  and 10 more')
  })

  test('shows no control character of a tag', () => {
    const lines = listed([candidate('1', { tags: ['a\u001b[2J\nb'] }), app])
    expect(lines).toHaveLength(3)
    expect(lines[1]).toContain('a\\e[2J\\nb')
  })
})

test('an image is complete where nothing is absent', () => {
  expect([app, gone].map(isComplete)).toEqual([true, false])
})
