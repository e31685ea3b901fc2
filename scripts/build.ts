import { execFileSync } from 'node:child_process'
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile, type Plugin } from 'esbuild'

// Bundles the command and the library into dist/, with declarations and the licences of what was bundled.

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))))

/** Ink asks for React's developer tools behind a switch that a bundle never sets; an empty module stands in. */
const withoutDevtools: Plugin = {
  name: 'without-devtools',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'empty' }))
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {}' }))
  },
}

/**
 * Loading string-width prepares ICU's rules and the set of all emoji, a sixth of a start; only text beyond ASCII needs
 * them. Whoever imports it, of its several versions, gets one that is loaded when such text comes.
 */
const widthOnDemand: Plugin = {
  name: 'width-on-demand',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^string-width$/ }, ({ path, kind }) =>
      kind === 'require-call' ? undefined : { path, namespace: 'on-demand' },
    )
    onLoad({ filter: /.*/, namespace: 'on-demand' }, () => ({
      contents: `
        export default function stringWidth(text, options) {
          return /^[ -~]*$/.test(text) ? text.length : require('string-width').default(text, options)
        }`,
      resolveDir: process.cwd(),
    }))
  },
}

/** CommonJS packages inside an ES module still ask for Node's modules with `require`. */
const requireForCommonJs = [
  `import { createRequire as layerscopeCreateRequire } from 'node:module'`,
  'const require = layerscopeCreateRequire(import.meta.url)',
].join('\n')

await rm('dist', { recursive: true, force: true })

const { metafile } = await build({
  entryPoints: ['src/main.ts', 'src/index.ts'],
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Names stay whole, so that a stack in a bug report can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  banner: { js: requireForCommonJs },
  plugins: [withoutDevtools, widthOnDemand],
  logLevel: 'warning',
})

await makeExecutable('dist/main.js')
await writeFile('dist/licenses.txt', await licenses(metafile))
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' })

async function makeExecutable(file: string): Promise<void> {
  const code = await readFile(file, 'utf8')
  if (!code.startsWith('#!')) await writeFile(file, `#!/usr/bin/env node\n${code}`)
  await chmod(file, 0o755)
}

/** The licence text of every package whose code is in the bundle; most licences ask that it travels along. */
async function licenses({ inputs }: Metafile): Promise<string> {
  const folders = new Set<string>()
  for (const input of Object.keys(inputs)) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]
    if (folder !== undefined) folders.add(folder)
  }
  const texts: string[] = []
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.(md|txt))?$/i.test(entry))
    const text = file === undefined ? '' : `\n\n${(await readFile(join(folder, file), 'utf8')).trim()}`
    texts.push(`${name} ${version} (${license})${text}\n`)
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}
