import type { Readable, Writable } from 'node:stream'
import type { Platform } from './oci/platform.ts'

/** The parts of a process that the program uses, so that it runs the same inside a test. */
export interface Host {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: string
  readonly arch: string
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

/** Node's names of processors in the words of images (Go's GOARCH). */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  ppc64: 'ppc64le',
  mipsel: 'mipsle',
}

/** The platforms of images that a machine runs, best first; on macOS and Windows images of Linux run in a machine of its own. */
export function hostPlatforms({ platform, arch }: Pick<Host, 'platform' | 'arch'>): Platform[] {
  const architecture = ARCHITECTURES[arch] ?? arch
  const systems = platform === 'win32' ? ['windows', 'linux'] : ['linux']
  return systems.map((os) => ({ os, architecture, variant: undefined }))
}
