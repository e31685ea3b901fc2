import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Installer, leanInstall, withEdit } from '../../src/dockerfile/lean-install.ts'
import { cpuTime } from '../helpers/cpu-time.ts'

/** A shell text with its installer told, or why it is not. */
function lean(text: string, installer: Installer | Installer['name'], ...after: string[]): string {
  const edit = leanInstall(text, typeof installer === 'string' ? { name: installer } : installer, after)
  return typeof edit === 'string' ? `by hand: ${edit}` : withEdit(text, edit)
}

describe('an installer is told to leave development out', () => {
  const dev = { name: 'pip', requirements: ['requirements-dev.txt'] } as const
  const rows: [string, Installer | Installer['name'], string][] = [
    ['npm ci', 'npm', 'npm ci --omit=dev'],
    ['npm install --no-audit', 'npm', 'npm install --omit=dev --no-audit'],
    ['npm --prefix /app ci --loglevel error', 'npm', 'npm --prefix /app ci --omit=dev --loglevel error'],
    ['cd app && CI=1 npm i; rm -rf ~/.npm', 'npm', 'cd app && CI=1 npm i --omit=dev; rm -rf ~/.npm'],
    ['npm i -g npm@11 && npm ci', 'npm', 'npm i -g npm@11 && npm ci --omit=dev'],
    [
      'set -e\n# all\nnpm ci\nnpm cache clean --force\n',
      'npm',
      'set -e\n# all\nnpm ci --omit=dev\nnpm cache clean --force\n',
    ],
    ['make && npm ci', 'npm', 'make && npm ci --omit=dev'],
    ['yarn', 'yarn', 'yarn install --production'],
    ['yarn --frozen-lockfile', 'yarn', 'yarn install --production --frozen-lockfile'],
    ['yarn install --cwd web && yarn cache clean', 'yarn', 'yarn install --production --cwd web && yarn cache clean'],
    ['yarn', 'yarn-berry', 'yarn workspaces focus --production'],
    ['yarn install --immutable && ls', 'yarn-berry', 'yarn workspaces focus --production && ls'],
    ['yarn --immutable', 'yarn-berry', 'yarn workspaces focus --production'],
    ['corepack enable && pnpm i --frozen-lockfile', 'pnpm', 'corepack enable && pnpm i --prod --frozen-lockfile'],
    [
      'apt-get update && apt-get install -y curl=7 git && rm -rf /var/lib/apt/lists/*',
      'apt',
      'apt-get update && apt-get install --no-install-recommends -y curl=7 git && rm -rf /var/lib/apt/lists/*',
    ],
    ['poetry install --no-root', 'poetry', 'poetry install --only main --no-root'],
    ['uv sync --frozen', 'uv', 'uv sync --no-dev --frozen'],
    ['pipenv install --dev --system', 'pipenv', 'pipenv install --system'],
    ['pip install -r requirements.txt -r requirements-dev.txt', dev, 'pip install -r requirements.txt'],
    ['pip3 install -r a/requirements-dev.txt --no-cache-dir -r b.txt', dev, 'pip3 install --no-cache-dir -r b.txt'],
  ]
  test.each(rows)('%s', (text, installer, expected) => expect(lean(text, installer)).toBe(expected))

  test('where what comes after is sure to do without', () => {
    const after = ['rm -rf /tmp/* && chown -R node node_modules', 'adduser app', 'npm prune --omit=dev', 'A=b true']
    expect(lean('npm ci', 'npm', ...after)).toBe('npm ci --omit=dev')
    expect(lean('npm ci --ignore-scripts', { name: 'npm', scripts: ['prepare'] })).toBe(
      'npm ci --omit=dev --ignore-scripts',
    )
  })
})

describe('an installer is left alone', () => {
  const rows: [string, string, Installer | Installer['name'], ...string[]][] = [
    ['"npm run build" runs after it', 'npm ci && npm run build', 'npm'],
    ['"npx tsc" runs after it', 'npm ci', 'npm', 'ls', 'CI=1 npx tsc'],
    ['"./build.sh" runs after it', 'npm ci\n./build.sh', 'npm'],
    ['"cp -r node_modules/a/dist" runs after it', 'npm ci', 'npm', 'cp -r node_modules/a/dist /srv'],
    ['"rm -r node_modules/a" runs after it', 'npm ci', 'npm', 'rm -r node_modules/a'],
    ['"echo $(npm run" runs after it', 'npm ci', 'npm', 'echo $(npm run version)'],
    ['"echo `npx', 'npm ci', 'npm', 'echo `npx a`'],
    ['"find . -name" runs after it', 'npm ci', 'npm', 'find . -name x -exec node {} +'],
    ['"sh" runs after it', 'npm ci', 'npm', 'curl x | sh'],
    ['"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…" runs', 'npm ci', 'npm', 'a'.repeat(100)],
    ['"curl https://x" runs after it', 'apt-get install -y curl', 'apt', 'curl https://x'],
    ['says more', 'apt-get -o APT::Install-Recommends=0 install curl', 'apt'],
    ['no command', 'apt-get update', 'apt'],
    ['no command', 'make', 'npm'],
    ['no command', 'if true; then npm ci; fi', 'npm'],
    ['no command', '(npm ci)', 'npm'],
    ['no command', 'sh -c "npm ci"', 'npm'],
    ['no command', 'npm install -g typescript', 'npm'],
    ['no command', 'yarn build', 'yarn'],
    ['no command', 'yarn --version', 'yarn'],
    ['no command', 'pnpm', 'pnpm'],
    ['more than once', 'npm ci && cd web && npm ci', 'npm'],
    ['says more', 'npm install express', 'npm'],
    ['says more', 'npm ci --include=dev', 'npm'],
    ['says more', 'npm ci $ARGS', 'npm'],
    ['says more', 'yarn install --mode=skip-build', 'yarn-berry'],
    ['says more', 'poetry install --with dev', 'poetry'],
    ['says more', 'uv sync --group dev', 'uv'],
    ['not told --dev', 'pipenv install', 'pipenv'],
    ['names nothing else', 'pip install -r dev.txt', { name: 'pip', requirements: ['dev.txt'] }],
    ['no one file', 'pip install -r a.txt -r b.txt', { name: 'pip', requirements: ['dev.txt'] }],
    ['the script "prepare"', 'npm ci', { name: 'npm', scripts: ['prepare'] }],
    ['as it is', 'npm ci', { name: 'npm', obstacle: 'as it is' }],
  ]
  test.each(rows)('%s: %s', (why, text, ...given) => {
    expect(lean(text, ...given)).toMatch(/^by hand: /)
    expect(lean(text, ...given)).toContain(why)
  })
})

test('whatever stands around it, nothing but the command changes', () => {
  const piece = fc.constantFrom(
    'npm ci',
    'npm',
    ' ',
    ' && ',
    '\n',
    'ls',
    '"',
    "'",
    '(',
    ')',
    '\\',
    '#',
    ';',
    '`',
    'A=b',
    '--x',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      const text = pieces.join('')
      const edit = leanInstall(text, { name: 'npm' }, [])
      if (typeof edit === 'string') return
      expect(text.slice(0, edit.at)).toMatch(/npm(?:\s+--x)*\s+ci$/)
      expect(edit).toMatchObject({ length: 0, text: ' --omit=dev' })
    }),
  )
})

test('hostile texts take no time', () => {
  for (const unit of ['npm ci ', 'npm ', 'A=b ', 'npm ci && ', '"', '(', '\\', '\n', '--x ', 'rm -f']) {
    const long = unit.repeat(50_000)
    expect(cpuTime(() => leanInstall(long, { name: 'npm' }, [long]))).toBeLessThan(2000)
  }
})
