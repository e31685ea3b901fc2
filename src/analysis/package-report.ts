import { escapeText, isCleanText, printablePath } from '../format/escape.ts'
import type { OwnedPackage, Owners } from '../packages/owners.ts'
import type { ReportPackage, ReportPackages, Summary } from './report.ts'

/** The packages of an image as its report gives them. */
export function reportPackages({ packages, unowned, unread }: Owners, { rootfsBytes }: Summary): ReportPackages {
  const owned = packages.reduce((sum, { bytes }) => sum + bytes, 0)
  if (owned + unowned.bytes !== rootfsBytes) {
    throw new Error(`packages ${owned} and unowned ${unowned.bytes} are not rootfs ${rootfsBytes}`)
  }
  return {
    installed: packages.map(reportPackage),
    unowned,
    unread: unread.map(({ ecosystem, path, reason }) => ({ ecosystem, ...printablePath(`/${path}`), reason })),
  }
}

function reportPackage({ ecosystem, name, version, bytes, bodies, layer }: OwnedPackage): ReportPackage {
  const told = version === undefined ? {} : { version: textOf(version) }
  return { ecosystem, name: textOf(name), ...told, bytes, bodies, layer }
}

function textOf(name: string): string {
  return isCleanText(name) ? name : escapeText(name)
}
