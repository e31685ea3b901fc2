import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import nodeModule from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// The package as its users get it: packed, installed into an empty folder, without network.

const root = fileURLToPath(new URL('../', import.meta.url))
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const windows = process.platform === 'win32'
let folder = ''
let packed: string[] = []

function run(command: string, args: string[], cwd: string, own: Record<string, string> = {}): string {
  // What npm told this test about its own run must not steer the npm and the Node inside.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|vitest|node_env)/i.test(name)))
  // npm is a command file on Windows, which only a shell can start.
  return execFileSync(command, args, {
    cwd,
    env: { ...env, ...own },
    encoding: 'utf8',
    shell: windows && command === 'npm',
  })
}

beforeAll(() => {
  if (!existsSync(join(root, 'dist/main.js'))) throw new Error('dist holds no built command: run `npm run build` first')
  folder = mkdtempSync(join(tmpdir(), 'layerscope-package-'))
  // As it was built: packing would build again, under the feet of other tests that run the command.
  const [about] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', `--pack-destination=${folder}`], root))
  packed = about.files.map((file: { path: string }) => file.path)
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${about.filename}`], folder)
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the package', () => {
  test('holds what was built and what says what it is', () => {
    const around = packed.filter((path) => !path.startsWith('dist/') && !path.startsWith('schema/'))
    expect(around.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
    expect(packed).toContain('dist/licenses.txt')
    expect(packed).toContain('schema/report.schema.json')
  })

  test('brings no other package along', () => {
    expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['layerscope'])
  })

  test('has a command that tells its version', () => {
    const bin = join(folder, 'node_modules/.bin/layerscope')
    const answer = windows
      ? run(process.execPath, ['node_modules/layerscope/dist/main.js', '--version'], folder)
      : run(bin, ['--version'], folder)
    expect(answer).toContain(version)
  })

  test('keeps what Node compiled of it in the cache folder of the user, where there is one', () => {
    const start = (home: string) =>
      run(process.execPath, [join(root, 'dist/main.js'), '--help'], folder, { XDG_CACHE_HOME: home, HOME: home })
    start(join(folder, 'missing'))
    expect(existsSync(join(folder, 'missing'))).toBe(false)
    const home = mkdtempSync(join(folder, 'home-'))
    start(basename(home))
    expect(readdirSync(home)).toEqual([])
    start(home)
    expect(readdirSync(home)).toEqual('enableCompileCache' in nodeModule ? ['layerscope'] : [])
  })

  test('gives a library', () => {
    const names = run(
      process.execPath,
      ['--input-type=module', '-e', `console.log(Object.keys(await import('layerscope')).join(' '))`],
      folder,
    )
    expect(names.trim().split(' ').length).toBeGreaterThan(1)
  })

  test.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('has types for a program with module %s and resolution %s', (module, moduleResolution) => {
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'es2022',
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
    // The second line proves that the import has a type: of `any`, it would be no error to expect.
    const program = [
      `import * as library from 'layerscope'`,
      '// @ts-expect-error',
      'export const text: string = library',
    ]
    writeFileSync(join(folder, 'program.ts'), program.join('\n'))
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    expect(run(process.execPath, [tsc, '-p', '.'], folder)).toBe('')
  })
})
