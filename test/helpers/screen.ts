import xterm from '@xterm/headless'

/** One cell of a terminal. */
export interface Cell {
  /** Empty for the second half of a wide character. */
  readonly text: string
  /** 0 to 15 for the named colours, -1 for the terminal's own. */
  readonly color: number
  readonly isBold: boolean
  readonly isDim: boolean
  readonly isInverse: boolean
  readonly isUnderline: boolean
}

/** A terminal without a window: bytes go in, and what a user would see can be asked. */
export interface TestScreen {
  readonly columns: number
  readonly rows: number
  /** Waits until the bytes have been taken in. */
  write(data: string): Promise<void>
  resize(columns: number, rows: number): void
  /** What stands in each row, without blanks at the end. */
  lines(): string[]
  cells(y: number): Cell[]
  /** The characters of a row that are in inverse video. */
  inverse(y: number): string
  readonly isAlternate: boolean
  readonly cursor: { readonly x: number; readonly y: number }
  /** Modes that a program can leave behind. */
  readonly modes: { readonly wraparound: boolean; readonly mouse: string; readonly bracketedPaste: boolean }
}

/** Opens a terminal of some size. */
export function openScreen(columns: number, rows: number): TestScreen {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 200 })
  const cells = (y: number): Cell[] => {
    const { active } = terminal.buffer
    const line = active.getLine(active.baseY + y)
    return Array.from({ length: terminal.cols }, (_, x) => line?.getCell(x))
      .filter((cell) => cell !== undefined)
      .map((cell) => ({
        text: cell.getWidth() === 0 ? '' : cell.getChars() || ' ',
        color: cell.isFgDefault() ? -1 : cell.getFgColor(),
        isBold: cell.isBold() !== 0,
        isDim: cell.isDim() !== 0,
        isInverse: cell.isInverse() !== 0,
        isUnderline: cell.isUnderline() !== 0,
      }))
  }
  return {
    get columns() {
      return terminal.cols
    },
    get rows() {
      return terminal.rows
    },
    write: (data) => new Promise((resolve) => terminal.write(data, resolve)),
    resize: (toColumns, toRows) => terminal.resize(toColumns, toRows),
    lines() {
      const { active } = terminal.buffer
      const line = (y: number) => active.getLine(active.baseY + y)?.translateToString(true, 0, terminal.cols) ?? ''
      return Array.from({ length: terminal.rows }, (_, y) => line(y).trimEnd())
    },
    cells,
    inverse: (y) =>
      cells(y)
        .map(({ text, isInverse }) => (isInverse ? text : ''))
        .join(''),
    get isAlternate() {
      return terminal.buffer.active.type === 'alternate'
    },
    get cursor() {
      const { cursorX: x, cursorY: y } = terminal.buffer.active
      return { x, y }
    },
    get modes() {
      const { wraparoundMode, mouseTrackingMode, bracketedPasteMode } = terminal.modes
      return { wraparound: wraparoundMode, mouse: mouseTrackingMode, bracketedPaste: bracketedPasteMode }
    },
  }
}
