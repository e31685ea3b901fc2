import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { Candidate } from './candidate.ts'
import { formatPlatform, matchesPlatform, type Platform, parsePlatformText } from './platform.ts'
import { familiarName } from './reference.ts'

/** What the user asked for, and what decides where that leaves a choice. */
export interface Choice {
  /** A tag, an image ID or digest (or the beginning of one), or a number of the list. */
  readonly image: string | undefined
  readonly platform: Platform | undefined
  /** Platforms of images that this machine runs, best first. */
  readonly host: readonly Platform[]
}

/**
 * The image that was asked for; where nothing was, the only complete one, else the only one for the host's platform.
 *
 * @throws UserError that lists the choices, each with the flag that makes it.
 */
export function selectCandidate(candidates: readonly Candidate[], choice: Choice, archive: string): Candidate {
  const images = candidates.some(({ isImage }) => isImage) ? candidates.filter(({ isImage }) => isImage) : candidates
  const named = choice.image === undefined ? images : matchImage(images, choice.image)
  const { platform } = choice
  const asked =
    platform === undefined
      ? named
      : named.filter((image) => image.platform && matchesPlatform(image.platform, platform))
  if (asked.length === 0)
    throw new UserError(`${archive} has no image ${describeChoice(choice)}; it has${listing(images, images)}`)

  const complete = asked.filter(isComplete)
  const pool = complete.length > 0 ? complete : asked
  const [only, ...others] = pool
  if (only !== undefined && others.length === 0) return only
  for (const host of choice.host) {
    const [fitting, ...rest] = pool.filter((image) => image.platform && matchesPlatform(image.platform, host))
    if (fitting !== undefined && rest.length === 0) return fitting
    if (fitting !== undefined) break
  }
  throw new UserError(
    `${archive} has ${pool.length} images and nothing says which is meant; choose one of${listing(pool, images)}`,
  )
}

/** Whether everything that the metadata name is in the archive. */
export function isComplete({ absent }: Candidate): boolean {
  return absent.length === 0
}

function matchImage(images: readonly Candidate[], wanted: string): readonly Candidate[] {
  const name = familiarName(wanted)
  const isNamed = (tag: string) => tag === name || tag === `${name}:latest`
  const tagged = images.filter(({ tags }) => tags.some((tag) => isNamed(familiarName(tag))))
  if (tagged.length > 0) return tagged
  const shortened = images.filter(({ tags }) =>
    tags.some((tag) => tag.endsWith(`/${wanted}`) || tag.endsWith(`/${wanted}:latest`)),
  )
  if (shortened.length > 0) return shortened
  const numbered = /^\d{1,6}$/.test(wanted) ? images[Number(wanted)] : undefined
  if (numbered !== undefined) return [numbered]
  const hex = wanted.replace(/^sha(?:256|512):/, '').toLowerCase()
  if (!/^[0-9a-f]{4,}$/.test(hex)) return []
  return images.filter((image) =>
    [image.imageId, image.manifestDigest, ...image.indexDigests].some((digest) => digest?.slice(7).startsWith(hex)),
  )
}

function describeChoice({ image, platform }: Choice): string {
  const parts = [
    image === undefined ? '' : `"${escapeText(image)}"`,
    platform === undefined ? '' : `for ${escapeText(formatPlatform(platform))}`,
  ]
  return parts.filter(Boolean).join(' ')
}

/** Whether a platform, typed in, would choose one image alone: `linux/amd64` also means `linux/amd64/v2`. */
function isUnique(text: string, choices: readonly Candidate[]): boolean {
  const typed = parsePlatformText(text)
  if (typed === undefined) return false
  return choices.filter(({ platform }) => platform !== undefined && matchesPlatform(platform, typed)).length === 1
}

const MAX_LISTED = 50

/** One line a choice: the flags that choose it, and what it is. Numbers count in the list of all images. */
function listing(choices: readonly Candidate[], all: readonly Candidate[]): string {
  const listed = choices.slice(0, MAX_LISTED)
  const platforms = listed.map(({ platform }) => (platform === undefined ? '' : formatPlatform(platform)))
  const byPlatform = choices.length > 1 && platforms.every((text) => isUnique(text, choices))
  const lines = listed.map((image, i) => {
    const flag = byPlatform ? `--platform ${platforms[i]}` : `--image ${all.indexOf(image)}`
    const id = image.imageId ?? image.manifestDigest
    const facts = [
      image.tags.join(', ') || '(no tag)',
      platforms[i],
      id?.slice(0, 19),
      isComplete(image) ? '' : 'incomplete',
    ]
    return `  ${escapeText(flag)}   ${escapeText(facts.filter(Boolean).join('  '))}`
  })
  const more = choices.length > MAX_LISTED ? [`  and ${choices.length - MAX_LISTED} more`] : []
  return [':', ...lines, ...more].join('\n')
}
