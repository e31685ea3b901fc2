import type { LookRow } from '../oci/excerpt.ts'
import { APK } from './apk.ts'
import { DPKG } from './dpkg.ts'
import { GEM } from './gem.ts'
import { GO } from './go.ts'
import { JAR } from './jar.ts'
import { NPM } from './npm.ts'
import type { Ecosystem } from './package.ts'
import { PIP } from './pip.ts'
import { RPM } from './rpm.ts'

/** Every kind of packages; a file that several claim belongs to the first. */
export const ECOSYSTEMS: readonly Ecosystem[] = [DPKG, APK, RPM, PIP, GEM, NPM, JAR, GO]

/** Every file whose content tells of packages, and how much of it is read at most. */
export const PACKAGE_LOOKS: readonly LookRow[] = ECOSYSTEMS.flatMap(({ looks }) => looks)
