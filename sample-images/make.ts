/** Writes the sample images beside this file, or into the folder named on the command line. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bloatedPython } from './bloated-python.ts'
import { hostileNames } from './hostile-names.ts'
import { legacySymlinks } from './legacy-symlinks.ts'
import { multiPlatform } from './multi-platform.ts'
import { slimPython } from './slim-python.ts'

const IMAGES = {
  'bloated-python.tar': bloatedPython,
  'slim-python.tar': slimPython,
  'multi-platform.oci.tar': multiPlatform,
  'legacy-symlinks.tar': legacySymlinks,
  'hostile-names.tar': hostileNames,
}

const folder = process.argv[2] ?? import.meta.dirname
await mkdir(folder, { recursive: true })
for (const [name, make] of Object.entries(IMAGES)) {
  await writeFile(join(folder, name), await make())
}
