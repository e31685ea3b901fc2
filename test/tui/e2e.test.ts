import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { textWidth } from '../../src/format/width.ts'
import { type PtyOptions, type PtyProgram, runInPty } from '../helpers/pty.ts'

// The built program on a terminal of its own, as its users have it: keys go in, and what is checked is what they see.

const root = fileURLToPath(new URL('../../', import.meta.url))
const main = join(root, 'dist/main.js')
const sample = (name: string) => join(root, 'sample-images', name)
const bloated = sample('bloated-python.tar')
const hostile = sample('hostile-names.tar')
const E = '\u001b'
const CTRL_C = '\u0003'
const CTRL_Z = '\u001a'

let folder = ''
const running: PtyProgram[] = []

beforeAll(() => {
  if (!existsSync(main)) throw new Error('dist holds no built command: run `npm run build` first')
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-e2e-'))
})
afterEach(async () => {
  for (const program of running.splice(0)) {
    try {
      program.kill('SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  rmSync(folder, { recursive: true, force: true })
})

function start(args: readonly string[], options: PtyOptions = {}): PtyProgram {
  const program = runInPty(process.execPath, [main, ...args], { cwd: folder, ...options })
  running.push(program)
  return program
}

/** Runs a line of shell, in which `$node` and `$main` are the program. */
function startShell(line: string, options: PtyOptions = {}): PtyProgram {
  const env = { node: process.execPath, main, bloated, hostile, ...options.env }
  const program = runInPty('/bin/sh', ['-c', line], { cwd: folder, ...options, env })
  running.push(program)
  return program
}

/** Leaves a page or a prompt with Escape, and waits for that: with the next key behind it, it would be an Alt chord. */
async function leave(program: PtyProgram): Promise<void> {
  await program.press(E)
  await program.shows(isInPanes)
}

/** Whether the panes have the keyboard; no page and no prompt has this hint. */
function isInPanes(lines: readonly string[]): boolean {
  return lines.at(-1)?.includes('q quit') === true
}

/** What a terminal has to be like after the program, whatever became of it. */
function expectRestored({ screen, output }: PtyProgram) {
  expect(screen.isAlternate).toBe(false)
  expect(screen.modes).toEqual({ wraparound: true, mouse: 'none', bracketedPaste: false })
  expect(output().lastIndexOf('[?25h')).toBeGreaterThanOrEqual(output().lastIndexOf('[?25l'))
}

const posix = describe.skipIf(process.platform === 'win32')

posix('an image is shown', () => {
  test.each([
    [80, 24],
    [120, 40],
    [200, 50],
  ])('on a screen of %d columns and %d rows', async (columns, rows) => {
    const program = start([bloated], { columns, rows })
    const lines = await program.shows('Layers')
    expect(lines).toHaveLength(rows)
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(columns)
    expect(lines[1]).toMatch(/^┏━ Layers.*━┓┌─ .*─┐$/)
    expect(lines.at(-2)).toMatch(/^└─+┘└─+┘$/)
    expect(lines[0]).toContain('shop-api:latest')
    expect(lines.at(-1)).toMatch(/help/)
    await program.press('q')
    expect(await program.ended).toEqual({ exitCode: 0, signal: undefined })
    expectRestored(program)
  })

  test('that comes through a pipe, while the keyboard stays free', async () => {
    const program = startShell('cat "$bloated" | "$node" "$main"; echo "ended with $?"; stty -a')
    await program.shows('Layers')
    await program.press('j', 'q')
    // stty begins only after the line that tells the end, so its words are waited for too.
    const lines = await program.shows((all) => /ended with 0.* -?echonl/.test(all.join(' ')))
    expect(lines.join(' ')).toMatch(/ icanon /)
    expect(lines.join(' ')).toMatch(/ echo /)
    await program.ended
    expectRestored(program)
  })

  test('and left with Ctrl-C', async () => {
    const program = start([bloated])
    await program.shows('Layers')
    await program.press(CTRL_C)
    expect(await program.ended).toEqual({ exitCode: 0, signal: undefined })
    expectRestored(program)
  })

  test('without colour where NO_COLOR says so, and the cursor can still be seen', async () => {
    const program = start([bloated], { env: { NO_COLOR: '1' } })
    await program.shows('Layers')
    for (let y = 0; y < 24; y++)
      expect(new Set(program.screen.cells(y).map(({ color }) => color))).toEqual(new Set([-1]))
    expect(allMarked(program)).toMatch(/\S/)
    await program.press('q')
    await program.ended
  })

  test('with ASCII alone where the locale has nothing else', async () => {
    const program = start([bloated], { env: { LANG: 'C' } })
    const lines = await program.shows('Layers')
    expect(lines.join('')).toMatch(/^[ -~]*$/)
    await program.press('q')
    await program.ended
  })
})

posix('keys', () => {
  test('move between layers and into files', async () => {
    const program = start([bloated], { columns: 120, rows: 40 })
    const before = await program.shows('Layers')
    await program.press('j')
    await program.shows((lines) => lines.join() !== before.join())
    await program.press('\t')
    await program.shows((lines) => /┐┏━ .*━┓$/.test(lines[1] ?? ''))
    await program.press('q')
    await program.ended
  })

  test('find a file in all layers, as it is typed', async () => {
    const program = start([bloated], { columns: 120, rows: 40 })
    await program.shows('Layers')
    await program.press('/', ...'.git')
    await program.shows((lines) => lines.at(-1)?.includes('.git') === true)
    await program.press('\r')
    await program.shows((_) => /\.git/.test(allMarked(program)))
    await program.press('q')
    await program.ended
  })

  test('open the help and close it, with Escape too', async () => {
    const program = start([bloated])
    const before = await program.shows('Layers')
    await program.press('?')
    await program.shows('one row up')
    await program.press(E)
    await program.shows((lines) => lines.join() === before.join())
    await program.press('q')
    await program.ended
  })

  test('can be others, as the config file says', async () => {
    writeFileSync(
      join(folder, '.layerscope.yaml'),
      'theme: mono\nkeys:\n  quit: X\nfindings:\n  rules: {root-user: off}\n',
    )
    const program = start([bloated])
    await program.shows('Layers')
    await program.press('q', 'X')
    expect(await program.ended).toMatchObject({ exitCode: 0 })
  })

  test('that do not exist end the program with a sentence, before it shows anything', async () => {
    writeFileSync(join(folder, '.layerscope.yaml'), 'keys:\n  quitt: X\n')
    const program = start([bloated])
    expect(await program.ended).toMatchObject({ exitCode: 2 })
    expect(program.output()).toMatch(/\.layerscope\.yaml, line 1: there is no action "quitt".*did you mean quit\?/s)
    expectRestored(program)
  })
})

/** All characters in inverse video: the row of the cursor. */
function allMarked({ screen }: PtyProgram): string {
  return Array.from({ length: screen.rows }, (_, y) => screen.inverse(y)).join('')
}

posix('the findings', () => {
  test('lead from the gravest, over its files, to the layer that wrote them', async () => {
    const program = start([bloated], { columns: 120, rows: 40 })
    await program.shows('Layers')
    await program.press('w')
    await program.shows(/┏━ \d+ findings: .* own, .* of the base ━/)
    await program.shows(/Finding: metadata-only-rewrite[\s\S]*fix +COPY --chown/)
    await program.press(' ', 'j')
    await program.shows(() => /16 kB +\/app\/\.git\/objects\/pack\/pack-\w+\.pack/.test(allMarked(program)))
    await program.press('\r')
    await program.shows('Changes of layer 11')
    expect(allMarked(program)).toMatch(/A!.*pack-.*pack/)
    await program.press('q')
    expect(await program.ended).toMatchObject({ exitCode: 0 })
  })

  test('have a page each, with the fix in full', async () => {
    const program = start([bloated])
    await program.shows('Layers')
    await program.press('w', 'j', 'v')
    const lines = await program.shows(/┏━ Finding: [a-z-]+ ━/)
    for (const label of ['severity', 'bytes', 'fix', 'why', 'layer 11', 'safety', 'reference'])
      expect(lines.filter((line) => line.startsWith(`┃${label} `))).toHaveLength(1)
    await leave(program)
    await program.press('q')
    expect(await program.ended).toMatchObject({ exitCode: 0 })
  })
})

posix('the mouse', () => {
  test('chooses a layer with a click and the next with the wheel', async () => {
    const program = start([bloated])
    await program.shows('Layers')
    expect(program.screen.modes.mouse).toBe('vt200')
    const first = program.screen.inverse(2)
    await program.press(`${E}[<0;5;5M`, `${E}[<0;5;5m`)
    await program.shows(() => program.screen.inverse(4) !== '')
    expect(allMarked(program)).not.toBe(first)
    const clicked = allMarked(program)
    await program.press(`${E}[<65;5;5M`)
    await program.shows(() => allMarked(program) !== clicked)
    await program.press('q')
    await program.ended
    expectRestored(program)
  })

  test('is left to the terminal with --no-mouse', async () => {
    const program = start([bloated, '--no-mouse'])
    await program.shows('Layers')
    expect(program.screen.modes.mouse).toBe('none')
    expect(program.output()).not.toContain('[?1000h')
    await program.press('q')
    await program.ended
  })
})

posix('the terminal may change', () => {
  test('in size, at any time', async () => {
    const program = start([bloated], { columns: 120, rows: 40 })
    await program.shows('Layers')
    for (const [columns, rows] of [
      [60, 20],
      [200, 50],
      [80, 24],
    ] as const) {
      program.resize(columns, rows)
      const fits = (line = '') => textWidth(line) === columns
      const lines = await program.shows((all) => all.at(-1)?.includes('help') === true && fits(all[1]))
      expect(lines.slice(1, -1).filter((line) => !fits(line))).toEqual([])
    }
    program.resize(30, 8)
    await program.shows(/too small/i)
    program.resize(80, 24)
    await program.shows('Layers')
    await program.press('q')
    expect(await program.ended).toMatchObject({ exitCode: 0 })
  })

  test('to the shell with Ctrl-Z, and back with fg', async () => {
    const program = runInPty('/bin/bash', ['--norc', '--noediting', '-i'], { cwd: folder, env: { PS1: 'ready> ' } })
    running.push(program)
    await program.shows('ready>')
    await program.press(`'${process.execPath}' '${main}' '${bloated}'\r`)
    const before = await program.shows('Layers')
    await program.press(CTRL_Z)
    await program.shows('Stopped')
    await program.shows(isPrompt)
    expectRestored(program)
    await program.press('fg\r')
    await program.shows((lines) => lines.join() === before.join())
    expect(program.screen.modes).toMatchObject({ wraparound: false, mouse: 'vt200' })
    await program.press('j')
    await program.shows((lines) => lines.join() !== before.join())
    // A size that changes meanwhile is told to the shell alone.
    await program.press(CTRL_Z)
    await program.shows(isPrompt)
    program.resize(120, 30)
    await program.press('fg\r')
    await program.shows((lines) => textWidth(lines[1] ?? '') === 120 && isInPanes(lines))
    await program.press('q')
    await program.shows(isPrompt)
    expectRestored(program)
    await program.press('echo "ended with $?"; exit\r')
    await program.shows('ended with 0')
  })
})

posix('a stop that comes from outside', () => {
  /** The program as a job of a shell, and the id of its process. */
  async function startJob(): Promise<{ program: PtyProgram; pid: number; before: readonly string[] }> {
    const program = runInPty('/bin/bash', ['--norc', '--noediting', '-i'], { cwd: folder, env: { PS1: 'ready> ' } })
    running.push(program)
    await program.shows('ready>')
    await program.press(`sh -c 'echo $$ > pid; exec "${process.execPath}" "${main}" "${bloated}"'\r`)
    const before = await program.shows('Layers')
    return { program, pid: Number(readFileSync(join(folder, 'pid'), 'utf8')), before }
  }

  test('leaves the screen as Ctrl-Z does, as often as it comes', async () => {
    const { program, pid, before } = await startJob()
    for (let turn = 0; turn < 2; turn++) {
      process.kill(pid, 'SIGTSTP')
      await program.shows('Stopped')
      await program.shows(isPrompt)
      expectRestored(program)
      await program.press('fg\r')
      await program.shows((lines) => program.screen.isAlternate && lines.join() === before.join())
      expect(program.screen.modes).toMatchObject({ wraparound: false, mouse: 'vt200' })
    }
    await program.press(CTRL_Z)
    await program.shows(isPrompt)
    await program.press('fg\r')
    await program.shows((lines) => program.screen.isAlternate && lines.join() === before.join())
    await program.press('q')
    await program.shows(isPrompt)
    expectRestored(program)
    await program.press('echo "ended with $?"; exit\r')
    await program.shows('ended with 0')
  })

  test('leaves the shell its terminal where it goes on behind it', async () => {
    const { program, pid, before } = await startJob()
    process.kill(pid, 'SIGTSTP')
    await program.shows(isPrompt)
    process.kill(pid, 'SIGCONT')
    await program.press('echo still the shell\r')
    await program.shows((lines) => lines.includes('still the shell') && isPrompt(lines))
    expectRestored(program)
    await program.press('fg\r')
    await program.shows((lines) => program.screen.isAlternate && lines.join() === before.join())
    await program.press('q')
    await program.shows(isPrompt)
    expectRestored(program)
  })

  test('is made good where nobody could be told of it', async () => {
    const { program, pid, before } = await startJob()
    process.kill(pid, 'SIGSTOP')
    await program.shows((lines) => lines.join().includes('Stopped'))
    // What somebody does who finds a shell on such a screen.
    await program.press(`printf '\\033c'\r`)
    await program.shows((lines) => !program.screen.isAlternate && isPrompt(lines))
    await program.press('fg\r')
    await program.shows((lines) => program.screen.isAlternate && lines.join() === before.join())
    await program.press('j')
    await program.shows((lines) => lines.join() !== before.join())
    expect(program.screen.modes).toMatchObject({ wraparound: false, mouse: 'vt200' })
    await program.press('q')
    await program.shows(isPrompt)
    expectRestored(program)
  })
})

posix('reading', () => {
  test('is stopped by Ctrl-Z too, and goes on with fg', async () => {
    const program = runInPty('/bin/bash', ['--norc', '--noediting', '-i'], { cwd: folder, env: { PS1: 'ready> ' } })
    running.push(program)
    await program.shows('ready>')
    const line = `(head -c 300000 '${bloated}'; exec sleep 60) | '${process.execPath}' '${main}'`
    await program.press(`${line}\r`)
    await program.shows(/entries so far/)
    await program.press(CTRL_Z)
    await program.shows('Stopped')
    await program.shows(isPrompt)
    expectRestored(program)
    await program.press('fg\r')
    await program.shows(() => program.screen.isAlternate)
    await program.shows(/entries so far/)
    await program.press('q')
    await program.shows('was cancelled')
    expectRestored(program)
  })
})

/** Whether the shell waits for a command; earlier prompts are on its screen before it does. */
function isPrompt(lines: readonly string[]): boolean {
  return lines.findLast((line) => line.trim() !== '')?.trim() === 'ready>'
}

posix('a program that no shell could continue', () => {
  test('is not stopped by Ctrl-Z, and goes on', async () => {
    const program = start([bloated])
    const before = await program.shows('Layers')
    await program.press(CTRL_Z)
    await program.shows(() => !program.screen.isAlternate)
    await program.shows((lines) => program.screen.isAlternate && lines.join() === before.join())
    await program.press('q')
    expect(await program.ended).toMatchObject({ exitCode: 0 })
    expectRestored(program)
  })
})

posix('Ctrl-Z that is held down', () => {
  test('suspends once', async () => {
    const program = start([bloated])
    const before = await program.shows('Layers')
    await program.press(CTRL_Z.repeat(3))
    await program.shows(() => !program.screen.isAlternate)
    await program.shows((lines) => program.screen.isAlternate && lines.join() === before.join())
    await program.press('q')
    expect(await program.ended).toMatchObject({ exitCode: 0 })
    expectRestored(program)
  })
})

posix('the terminal is restored', () => {
  test.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'])('when %s ends the program', async (signal) => {
    const program = start([bloated])
    await program.shows('Layers')
    program.kill(signal)
    expect((await program.ended).signal).toBeGreaterThan(0)
    expectRestored(program)
  })

  test.each([
    ['q', 'q'],
    ['Ctrl-C', CTRL_C],
  ])('when %s cancels reading, at once', async (_, key) => {
    const program = startShell(
      `mkfifo pipe; (head -c 300000 "$bloated"; exec sleep 60) > pipe &
      "$node" "$main" < pipe; echo "ended with $?"; stty -a; kill $!`,
    )
    await program.shows(/Reading standard input/)
    await program.shows(/entries so far/)
    await program.press(key)
    // Whoever writes stays for longer than this waits.
    const lines = await program.shows('ended with 2')
    expect(lines.join('\n')).toContain('layerscope: reading standard input was cancelled')
    await program.shows(/ icanon /)
    expectRestored(program)
  })

  test('when the program itself is at fault, which it says in plain words', async () => {
    writeFileSync(join(folder, 'fault.cjs'), `process.on('SIGUSR2', () => setImmediate(() => undefined.fault))`)
    const program = start([bloated], { env: { NODE_OPTIONS: `--require "${join(folder, 'fault.cjs')}"` } })
    await program.shows('Layers')
    program.kill('SIGUSR2')
    expect(await program.ended).toEqual({ exitCode: 2, signal: undefined })
    expectRestored(program)
    expect(program.screen.lines().join(' ')).toMatch(/^layerscope: this is a fault of layerscope itself.*TypeError/)
  })

  test('when the image turns out to be damaged', async () => {
    writeFileSync(join(folder, 'half.tar'), readFileSync(bloated).subarray(0, 300_000))
    const program = start(['half.tar'])
    expect(await program.ended).toEqual({ exitCode: 2, signal: undefined })
    expect(program.output()).toMatch(/layerscope: .*half\.tar/)
    expectRestored(program)
  })
})

posix('a hostile image', () => {
  /** What the program itself may send: places, styles, modes, and its frames' brackets. */
  const OURS = new RegExp(`${E}\\[(?:\\d+;\\d+H|\\d*K|[\\d;]*m|\\?(?:25|7|1000|1006|1049|2004|2026)[hl])`, 'g')
  /** A path in base64, for the clipboard. */
  const COPIED = new RegExp(`${E}\\]52;c;[A-Za-z0-9+/=]*\u0007`, 'g')

  test('sends no byte of its own to the terminal', async () => {
    const program = start([hostile], { columns: 120, rows: 40 })
    await program.shows('Layers')
    // Every pane, every layer, and the content of a file.
    await program.press('j', 'j', 'k', 'k', '\t', 'j')
    for (const page of ['v', 'B', '?', 'w v']) {
      await program.press(...page.split(' '))
      await program.shows('Esc close')
      await leave(program)
    }
    await program.press(' ', 's', 's', 's', 'i', 'i', 'a', '/', 'o', 'w', 'n')
    await program.shows(/all layers: own/)
    await leave(program)
    await program.press('y', 'q')
    await program.ended
    const rest = program.output().replace(OURS, '').replace(COPIED, '')
    expect(rest.replace(/[\r\n]/g, '').match(/[\p{Cc}\p{Bidi_Control}]/gu)).toBeNull()
    expectRestored(program)
  })

  test('keeps its lines within their panes', async () => {
    const program = start([hostile], { columns: 120, rows: 40 })
    await program.shows('Layers')
    await program.press('\t')
    const lines = await program.shows((all) => /┐┏━/.test(all[1] ?? ''))
    for (const line of lines.slice(1, -1)) expect(line).toMatch(/[│┃┐┓┘┛┤]$/)
    await program.press('q')
    await program.ended
  })
})

posix('a file of the image', () => {
  /** Goes to a file by its name. */
  async function goTo(program: PtyProgram, name: string): Promise<void> {
    await program.shows('Layers')
    await program.press('/', ...name, '\r')
    await program.shows(() => allMarked(program).includes(name))
  }

  test('is viewed', async () => {
    const program = start([bloated], { columns: 120, rows: 40 })
    await goTo(program, 'os-release')
    await program.press('v')
    await program.shows('os-release')
    await leave(program)
    await program.press('q')
    expect(await program.ended).toMatchObject({ exitCode: 0 })
  })

  test('is extracted where the user says, and nothing is replaced without asking', async () => {
    writeFileSync(join(folder, 'passwd'), 'mine')
    const program = start([bloated], { columns: 120, rows: 40 })
    await goTo(program, 'passwd')
    await program.press('x', '\r')
    await program.shows(/replace/i)
    await program.press('n')
    expect(readFileSync(join(folder, 'passwd'), 'utf8')).toBe('mine')
    await program.press('x', '-', 'o', 'u', 't', '\r')
    await program.shows('wrote 1 file')
    await program.press('q')
    await program.ended
    expect(readdirSync(folder).sort()).toEqual(['passwd', 'passwd-out'])
  })

  test('has passed by where it came through a pipe', async () => {
    const program = startShell('cat "$bloated" | "$node" "$main"', { columns: 120, rows: 40 })
    await goTo(program, 'passwd')
    await program.press('v')
    await program.shows(/has passed by.*--keep/)
    await program.press('q')
    await program.ended
  })

  test.each([
    ['the user leaves', 'q'],
    ['a signal ends the program', 'SIGTERM'],
  ])('can be viewed from a pipe with --keep, and nothing is left when %s', async (_, end) => {
    const temporary = join(folder, 'tmp')
    mkdirSync(temporary)
    const program = startShell('cat "$bloated" | { sh -c \'echo $PPID\' > pid; exec "$node" "$main" --keep; }', {
      columns: 120,
      rows: 40,
      env: { TMPDIR: temporary },
    })
    await goTo(program, 'passwd')
    expect(readdirSync(temporary)).toHaveLength(1)
    await program.press('v')
    await program.shows((lines) => !lines.join().includes('--keep') && lines.join().includes('passwd'))
    if (end === 'q') {
      await leave(program)
      await program.press('q')
    } else process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), end)
    await program.ended
    expect(readdirSync(temporary)).toEqual([])
    expectRestored(program)
  })
})

posix('there is a text report instead', () => {
  const report = /shop-api:latest[\s\S]*Wasted paths/

  test('where TERM is dumb', async () => {
    const program = start([bloated], { env: { TERM: 'dumb' }, rows: 60 })
    expect(await program.ended).toMatchObject({ exitCode: 0 })
    expect(program.output()).toMatch(report)
    expect(program.output()).toContain('layerscope: a text report, since TERM is "dumb"')
  })

  test('where standard output is no terminal', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, bloated], { encoding: 'utf8', env: {} })
    expect([status, stderr]).toEqual([0, 'layerscope: a text report, since standard output is not a terminal\n'])
    expect(stdout).toMatch(report)
  })

  test('without a word where it is asked for', async () => {
    const program = start([bloated, '--no-ui'], { rows: 60 })
    expect(await program.ended).toMatchObject({ exitCode: 0 })
    expect(program.output()).toMatch(report)
    expect(program.output()).not.toContain('since')
  })

  test('of CI where CI=true, unless the UI is asked for', async () => {
    const ci = start([bloated], { env: { CI: 'true' }, rows: 60 })
    expect(await ci.ended).toMatchObject({ exitCode: 1 })
    expect(ci.output()).toContain('layerscope: FAIL')
    const ui = start([bloated, '--ui'], { env: { CI: 'true' } })
    await ui.shows('Layers')
    await ui.press('q')
    expect(await ui.ended).toMatchObject({ exitCode: 0 })
  })

  test('never where --ui asks for the UI and there can be none', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, bloated, '--ui'], {
      encoding: 'utf8',
      env: {},
    })
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toBe('layerscope: the terminal UI cannot be opened: standard output is not a terminal\n')
  })
})
