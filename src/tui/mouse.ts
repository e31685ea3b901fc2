/** One thing done with the mouse, at a cell of the screen counted from 0. */
export interface MouseEvent {
  readonly kind: 'click' | 'double-click' | 'wheel-up' | 'wheel-down'
  readonly x: number
  readonly y: number
}

/** Milliseconds within which a second click on the same cell makes a double click. */
const DOUBLE_CLICK = 400

const REPORT_START = '\u001b[<'

/** Asks a terminal for clicks and the wheel, in the form that has no upper limit of columns (xterm, modes 1000 and 1006). */
export const MOUSE_ON = '\u001b[?1000h\u001b[?1006h'
export const MOUSE_OFF = '\u001b[?1006l\u001b[?1000l'

/** What was typed and what was done with the mouse, told apart. */
export interface Input {
  readonly keys: string
  readonly events: readonly MouseEvent[]
}

/**
 * Gives a function that cuts mouse reports out of what a terminal sends; a report that has not come whole waits for
 * its rest, and anything else goes through at once.
 */
export function mouseParser(now: () => number = () => performance.now()): (text: string) => Input {
  let rest = ''
  let last = { x: -1, y: -1, at: Number.NEGATIVE_INFINITY }

  const eventOf = (button: number, x: number, y: number, pressed: boolean): MouseEvent | undefined => {
    if (button === 64) return { kind: 'wheel-up', x, y }
    if (button === 65) return { kind: 'wheel-down', x, y }
    if (button !== 0 || !pressed) return undefined
    const again = last.x === x && last.y === y && now() - last.at <= DOUBLE_CLICK
    // A third click begins anew.
    last = again ? { x: -1, y: -1, at: Number.NEGATIVE_INFINITY } : { x, y, at: now() }
    return { kind: again ? 'double-click' : 'click', x, y }
  }

  return (text) => {
    const all = rest + text
    const events: MouseEvent[] = []
    rest = ''
    let keys = ''
    let at = 0
    for (;;) {
      const start = all.indexOf(REPORT_START, at)
      if (start === -1) break
      keys += all.slice(at, start)
      at = start + REPORT_START.length
      const body = all.slice(at, at + 20)
      const report = /^(\d{1,4});(\d{1,5});(\d{1,5})([Mm])/.exec(body)
      if (report === null) {
        // No report after all: what opened it is dropped, so that its rest cannot be taken for a sequence of its own.
        if (!/^[\d;]{0,16}$/.test(body)) continue
        rest = all.slice(start)
        return { keys, events }
      }
      const [whole, button, column, row, end] = report
      const event = eventOf(Number(button), Number(column) - 1, Number(row) - 1, end === 'M')
      if (event !== undefined) events.push(event)
      at += whole.length
    }
    return { keys: keys + all.slice(at), events }
  }
}
