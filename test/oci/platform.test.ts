import { describe, expect, test } from 'vitest'
import {
  formatPlatform,
  matchesPlatform,
  type Platform,
  parsePlatform,
  parsePlatformText,
} from '../../src/oci/platform.ts'

const platform = (text: string) => parsePlatformText(text) as Platform

test.each<[Parameters<typeof parsePlatform>[0], string | undefined]>([
  [{ os: 'linux', architecture: 'amd64' }, 'linux/amd64'],
  [{ os: 'linux', architecture: 'arm', variant: 'v6' }, 'linux/arm/v6'],
  [{ os: 'linux', architecture: 'arm64', variant: '' }, 'linux/arm64'],
  [{ OS: 'linux', Architecture: 'amd64' }, 'linux/amd64'],
  [{ os: 'windows' }, 'windows/unknown'],
  [{ architecture: 'amd64' }, 'unknown/amd64'],
  [{ os: '', architecture: '' }, 'unknown/unknown'],
  [{}, undefined],
  [{ os: 5, architecture: null }, undefined],
  [undefined, undefined],
])('a document that says %j is for %s', (document, expected) => {
  const parsed = parsePlatform(document)
  expect(parsed && formatPlatform(parsed)).toBe(expected)
})

test.each(['linux/amd64', 'linux/arm64/v8'])('the text %j is a platform', (text) => {
  expect(formatPlatform(platform(text))).toBe(text)
})

test.each(['', 'linux', 'linux/', '/amd64', 'linux/arm/', 'linux/arm/v6/x'])('the text %j is no platform', (text) => {
  expect(parsePlatformText(text)).toBeUndefined()
})

describe('an image for', () => {
  test.each<[string, string, boolean]>([
    ['linux/amd64', 'linux/amd64', true],
    ['linux/amd64', 'Linux/AMD64', true],
    ['linux/amd64', 'linux/x86_64', true],
    ['linux/amd64', 'linux/arm64', false],
    ['linux/amd64', 'windows/amd64', false],
    ['linux/arm64', 'linux/aarch64', true],
    ['linux/arm64', 'linux/arm64/v8', true],
    ['linux/aarch64', 'linux/arm64/v8', true],
    ['linux/arm64/v8', 'linux/arm64', true],
    ['linux/arm64/v9', 'linux/arm64/v8', false],
    ['linux/arm', 'linux/arm/v7', true],
    ['linux/arm', 'linux/arm/v6', false],
    ['linux/arm/v6', 'linux/arm', true],
    ['linux/386', 'linux/i386', true],
    ['linux/amd64', 'linux/amd64/v2', false],
    ['linux/toString', 'linux/constructor', false],
    ['linux/constructor', 'linux/constructor', true],
  ])('%s runs as %s: %s', (image, wanted, expected) => {
    expect(matchesPlatform(platform(image), platform(wanted))).toBe(expected)
  })
})
