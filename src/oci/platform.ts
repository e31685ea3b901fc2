import { type Json, textField } from './json.ts'

/** What an image runs on (image-spec, image-index.md, "platform"). */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant: string | undefined
}

/** The platform of an index descriptor or an image config; undefined where it names none. */
export function parsePlatform(value: Json | undefined): Platform | undefined {
  const os = textField(value, 'os')
  const architecture = textField(value, 'architecture')
  if (os === undefined && architecture === undefined) return undefined
  return { os: os ?? '', architecture: architecture ?? '', variant: textField(value, 'variant') || undefined }
}

/** `os/architecture[/variant]`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os || 'unknown', architecture || 'unknown', ...(variant === undefined ? [] : [variant])].join('/')
}

/** The spellings that mean a variant even where none is written (containerd's normalisation). */
const DEFAULT_VARIANTS: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7' }
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  i386: '386',
  armhf: 'arm',
}

/** Whether a platform is the wanted one; a variant that is not asked for may be any, `aarch64` is `arm64` with variant `v8`. */
export function matchesPlatform(platform: Platform, wanted: Platform): boolean {
  if (platform.os.toLowerCase() !== wanted.os.toLowerCase()) return false
  const architecture = normalArchitecture(platform.architecture)
  if (architecture !== normalArchitecture(wanted.architecture)) return false
  if (wanted.variant === undefined) return true
  return (platform.variant ?? DEFAULT_VARIANTS[architecture]) === wanted.variant
}

function normalArchitecture(architecture: string): string {
  const lower = architecture.toLowerCase()
  return ARCHITECTURES[lower] ?? lower
}

/** The platform that a text like `linux/arm64/v8` names; undefined where it is none. */
export function parsePlatformText(text: string): Platform | undefined {
  const [os, architecture, variant, ...rest] = text.split('/')
  if (!os || !architecture || rest.length > 0 || variant === '') return undefined
  return { os, architecture, variant }
}
