import { Writable } from 'node:stream'
import type { WriteStream } from 'node:tty'

/** The part of a terminal that frames are written to. */
export type Terminal = Pick<WriteStream, 'columns' | 'rows' | 'write' | 'on' | 'off'>

/** What Ink writes to in place of the terminal: finished lines under short names, of which only changed ones are sent. */
export interface FrameWriter {
  /** Ink's standard output. */
  readonly stdout: NodeJS.WriteStream
  /**
   * Two characters for Ink to lay out, in whose place finished text of `width` columns is written, two at least: Ink
   * itself would take it apart cell by cell.
   */
  slot(text: string, width: number): string
  /** Shows the cursor at a cell, counted from 0, from the next frame on; or nowhere. */
  placeCursor(cell: { readonly x: number; readonly y: number } | undefined): void
  /** Writes the present frame again, whole, whatever the screen shows. */
  redraw(): void
  /** Whether the alternate screen is shown, and has to be left. */
  isAlternate(): boolean
}

/** Slots remembered per generation: many screens full, and little memory. */
const GENERATION = 4096
// Names are of printable ASCII, which Ink measures fastest; there are more of them than two generations need.
const FIRST = 0x21
const DIGITS = 0x7f - FIRST
/** A slot and the blanks behind it, of which its text takes the place. */
const SLOT = /([!-~]{2})( *)|( +)/g

const BEGIN = '\u001b[?2026h'
const END = '\u001b[?2026l'

const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'

interface Slot {
  readonly name: string
  readonly text: string
  readonly width: number
}

/** Puts a writer of frames before a terminal; `onResize` is told of a new size before Ink is. */
export function frameWriter(terminal: Terminal, onResize: () => void): FrameWriter {
  let shown: readonly string[] = []
  let shownCursor = HIDE_CURSOR
  let cursor = HIDE_CURSOR
  let alternate = false
  let next = 0
  // Two generations, since Ink may draw a frame again whose slots were named long ago.
  let young = new Generation()
  let old = new Generation()

  const freeName = (): string => {
    for (;;) {
      const name = nameOf(next++)
      if (!young.byName.has(name) && !old.byName.has(name)) return name
    }
  }

  const slot = (text: string, width: number): string => {
    const key = `${width} ${text}`
    const known = young.byText.get(key)
    if (known !== undefined) return known.name
    if (young.byText.size >= GENERATION) {
      old = young
      young = new Generation()
    }
    const made = old.byText.get(key) ?? { name: freeName(), text, width }
    young.byText.set(key, made)
    young.byName.set(made.name, made)
    return made.name
  }

  // What is neither slot nor blank is not ours, may hold anything, and is left out.
  const expand = (row: string): string => {
    let line = ''
    for (const [, name = '', behind = '', blanks = ''] of row.matchAll(SLOT)) {
      const { text, width } = young.byName.get(name) ?? old.byName.get(name) ?? { text: '', width: 0 }
      line += text + behind.slice(Math.max(0, width - 2)) + blanks
    }
    return line
  }

  const frame = (drawn: string): string => {
    const wanted = drawn.split('\n').map(expand)
    let changes = ''
    for (let y = 0; y < Math.max(wanted.length, shown.length); y++) {
      const line = wanted[y] ?? ''
      // Cleared first: where a terminal takes a character for narrower than we do, nothing old may stay behind it.
      if (line !== shown[y]) changes += `\u001b[${y + 1};1H\u001b[K${line}`
    }
    shown = wanted
    if (changes === '' && cursor === shownCursor) return ''
    shownCursor = cursor
    return `${BEGIN}${HIDE_CURSOR}${changes}${cursor}${END}`
  }

  const write = (text: string): string => {
    if (!text.startsWith('\u001b')) return text === '' ? '' : frame(text)
    if (text.includes('\u001b[?1049h')) {
      alternate = true
      shown = []
    }
    if (text.includes('\u001b[?1049l')) alternate = false
    return text
  }

  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      const out = write(chunk.toString())
      if (out !== '') terminal.write(out)
      done()
    },
  })
  const stdout = Object.defineProperties(stream, {
    isTTY: { value: true },
    columns: { get: () => terminal.columns || 80 },
    rows: { get: () => terminal.rows || 24 },
  }) as unknown as NodeJS.WriteStream
  const redraw = () => {
    shown = []
    stdout.emit('resize')
  }
  const resized = () => {
    onResize()
    // Later, when React has drawn for the new size.
    queueMicrotask(redraw)
  }
  terminal.on('resize', resized)
  stream.once('close', () => terminal.off('resize', resized))
  return {
    stdout,
    slot,
    placeCursor(cell) {
      cursor = cell === undefined ? HIDE_CURSOR : `\u001b[${cell.y + 1};${cell.x + 1}H${SHOW_CURSOR}`
    },
    redraw,
    isAlternate: () => alternate,
  }
}

class Generation {
  readonly byText = new Map<string, Slot>()
  readonly byName = new Map<string, Slot>()
}

function nameOf(number: number): string {
  return String.fromCharCode(FIRST + (Math.floor(number / DIGITS) % DIGITS), FIRST + (number % DIGITS))
}
