import { fileURLToPath } from 'node:url'
import { spawn } from '@lydell/node-pty'
import { ARCHIVES } from './workload.ts'

// Times the built program's screen from outside: from a key that is sent to a terminal until the frame that answers it
// has come back whole. The image has a million files in twenty layers.

const COLUMNS = 200
const ROWS = 50
const WARM_UP = 60
const SAMPLES = 400
/** A key that the program has answered together with the one before gets no frame of its own. */
const LONGEST_WAIT = 5000
/** What ends every frame. */
const FRAME_END = '\u001b[?2026l'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const node = process.argv[2] ?? process.execPath
const pty = spawn(node, [main, ARCHIVES.million(), '--no-mouse'], {
  name: 'xterm-256color',
  cols: COLUMNS,
  rows: ROWS,
  env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', LANG: 'C.UTF-8' },
})

let received = ''
let wake = () => {}
pty.onData((data) => {
  received += data
  if (received.endsWith(FRAME_END)) wake()
})

/** Sends a key; gives the milliseconds until a frame has come, and its bytes. */
async function press(key: string): Promise<{ milliseconds: number; bytes: number }> {
  received = ''
  const begun = performance.now()
  const framed = new Promise<void>((resolve) => {
    wake = resolve
  })
  pty.write(key)
  await Promise.race([framed, new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT))])
  return { milliseconds: performance.now() - begun, bytes: Buffer.byteLength(received) }
}

/** Waits until nothing has come for a while: long work is done. */
async function quiet(milliseconds = 800): Promise<void> {
  for (let length = -1; length !== received.length; ) {
    length = received.length
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
  }
}

async function sample(name: string, keys: readonly string[]): Promise<void> {
  for (let i = 0; i < WARM_UP; i++) await press(keys[i % keys.length] ?? '')
  const taken = []
  for (let i = 0; i < SAMPLES; i++) taken.push(await press(keys[i % keys.length] ?? ''))
  const times = taken.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  const bytes = taken.reduce((sum, one) => sum + one.bytes, 0) / taken.length
  const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0).toFixed(1)
  console.log(`${name.padEnd(34)} p50 ${at(0.5)} ms  p99 ${at(0.99)} ms  ${bytes.toFixed(0)} bytes per frame`)
}

async function once(name: string, key: string): Promise<void> {
  const { milliseconds } = await press(key)
  console.log(`${name.padEnd(34)} first frame ${milliseconds.toFixed(1)} ms`)
  await quiet()
}

const begun = performance.now()
await new Promise<void>((resolve) => {
  const opened = pty.onData(() => {
    if (!/\d rows/.test(received)) return
    opened.dispose()
    resolve()
  })
})
console.log(`${'open'.padEnd(34)} ${((performance.now() - begun) / 1000).toFixed(1)} s`)
await quiet()
await once('to the top layer', 'G')
await once('everything up to it', 'a')
await once('to the files', '\t')
await sample('cursor down and up, within the page', ['j', 'j', 'j', 'k', 'k', 'k'])
await sample('down, the whole page scrolls', ['\u001b[6~', ...Array.from({ length: 9 }, () => 'j')])
await once('fold all', 'z')
await once('unfold all', 'z')
await once('sort by name', 's')
await once('sort by change', 's')
await once('sort by size', 's')
await once('hide what is unchanged', '4')
await once('show it', '4')
await once('filter: f', 'f')
for (const letter of '99.js') await once(`filter: ${letter}`, letter)
await once('filter: accept', '\r')
await once('filter: clear', '\u001b')
await once('last row', 'G')
await once('first row', 'g')
await once('next lower layer', '[')
await once('search: /', '/')
for (const letter of 'module-777777') await once(`search: ${letter}`, letter)
await once('search: accept', '\r')
pty.kill('SIGTERM')
