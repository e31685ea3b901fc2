import { VERSION } from './version.ts'

// Scripts ask for the version often, and need nothing of the program for it.
if (process.argv.length === 3 && process.argv[2] === '--version') process.stdout.write(`${VERSION}\n`)
else {
  const [{ run }, { endByFault }] = await Promise.all([import('./run.ts'), import('./fault.ts')])
  process.on('uncaughtException', endByFault)
  process.exitCode = await run(process)
}
