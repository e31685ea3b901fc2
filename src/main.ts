import { existsSync } from 'node:fs'
import module from 'node:module'
import { isAbsolute, join } from 'node:path'
import { VERSION } from './version.ts'

// Scripts ask for the version often, and need nothing of the program for it.
if (process.argv.length === 3 && process.argv[2] === '--version') process.stdout.write(`${VERSION}\n`)
else {
  keepCompiledCode(process.env)
  const [{ run }, { endByFault }] = await Promise.all([import('./run.ts'), import('./fault.ts')])
  process.on('uncaughtException', endByFault)
  process.exitCode = await run(process)
}

/**
 * Lets Node keep the compiled program between runs, where it can (22 and later): compiling is a tenth of a start. It
 * lies in a folder of the user's own, since what others could put there would be run; without one nothing is kept.
 */
function keepCompiledCode({ XDG_CACHE_HOME, LOCALAPPDATA, HOME = '' }: NodeJS.ProcessEnv): void {
  const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown }
  if (enableCompileCache === undefined) return
  const folders = [XDG_CACHE_HOME, LOCALAPPDATA, join(HOME, '.cache')]
  // A relative one is none (XDG Base Directory Specification).
  const folder = folders.find((path) => path !== undefined && isAbsolute(path) && existsSync(path))
  if (folder !== undefined) enableCompileCache(join(folder, 'layerscope'))
}
