import { VERSION } from './version.ts'

// Scripts ask for the version often, and need nothing of the program for it.
if (process.argv.length === 3 && process.argv[2] === '--version') process.stdout.write(`${VERSION}\n`)
else {
  const { run } = await import('./run.ts')
  process.exitCode = await run(process)
}
