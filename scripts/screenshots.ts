import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { SCENES, type Scene, takeScene } from '../test/helpers/scenes.ts'
import type { Cell } from '../test/helpers/screen.ts'

// Takes the README's pictures from runs of the built program: as text, which a test compares, and as SVG.

const folder = new URL('../docs/screens/', import.meta.url)
const CELL = { width: 8.4, height: 18 }
const MARGIN = 12
const BACKGROUND = '#16181d'
const FOREGROUND = '#d6d9df'
/** The 16 named colours, of which a terminal's user may choose others. */
const PALETTE = [
  ['#16181d', '#e06c75', '#98c379', '#d7a657', '#61afef', '#c678dd', '#56b6c2', '#c8ccd4'],
  ['#7f848e', '#ff7b86', '#b0dd8b', '#ffcb6b', '#82c4ff', '#dd9bef', '#7fdbe7', '#ffffff'],
].flat()

await mkdir(folder, { recursive: true })
for (const scene of SCENES) {
  const { lines, cells } = await takeScene(scene)
  await writeFile(fileURLToPath(new URL(`${scene.name}.txt`, folder)), `${lines.join('\n')}\n`)
  await writeFile(fileURLToPath(new URL(`${scene.name}.svg`, folder)), svg(scene, cells))
  console.log(`docs/screens/${scene.name}.{txt,svg}`)
}

function svg({ about, columns, rows }: Scene, cells: readonly (readonly Cell[])[]): string {
  const width = columns * CELL.width + 2 * MARGIN
  const height = rows * CELL.height + 2 * MARGIN
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${xml(about)}</title>`,
    `<rect width="100%" height="100%" rx="6" fill="${BACKGROUND}"/>`,
    `<g font-family="'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace" font-size="14" xml:space="preserve">`,
    ...cells.flatMap((row, y) => runsOf(row).map((run) => drawn(run, y))),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

interface Run {
  readonly x: number
  readonly width: number
  readonly text: string
  readonly cell: Cell
}

/** Neighbouring cells of one look, so that each is drawn as one piece of text. */
function runsOf(row: readonly Cell[]): Run[] {
  const runs: Run[] = []
  for (const [x, cell] of row.entries()) {
    const last = runs.at(-1)
    if (last !== undefined && lookOf(last.cell) === lookOf(cell)) {
      runs[runs.length - 1] = { ...last, width: last.width + 1, text: last.text + cell.text }
    } else runs.push({ x, width: 1, text: cell.text, cell })
  }
  return runs.filter(({ text, cell }) => cell.isInverse || text.trim() !== '')
}

function lookOf({ color, isBold, isDim, isInverse, isUnderline }: Cell): string {
  return [color, isBold, isDim, isInverse, isUnderline].join()
}

function drawn({ x, width, text, cell }: Run, y: number): string {
  const left = MARGIN + x * CELL.width
  const top = MARGIN + y * CELL.height
  const columns = width * CELL.width
  const color = PALETTE[cell.color] ?? FOREGROUND
  const styles = [
    `fill="${cell.isInverse ? BACKGROUND : color}"`,
    cell.isBold ? 'font-weight="bold"' : '',
    cell.isDim ? 'opacity="0.6"' : '',
    cell.isUnderline ? 'text-decoration="underline"' : '',
  ].filter((style) => style !== '')
  const box = `<rect x="${round(left)}" y="${round(top)}" width="${round(columns)}" height="${CELL.height}" fill="${color}"/>`
  const words = `<text x="${round(left)}" y="${round(top + 13.5)}" textLength="${round(columns)}" lengthAdjust="spacingAndGlyphs" ${styles.join(' ')}>${xml(text)}</text>`
  return cell.isInverse ? `${box}${words}` : words
}

function round(number: number): number {
  return Math.round(number * 10) / 10
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
