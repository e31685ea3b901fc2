import type { Report, WastedBody } from '../analysis/report.ts'
import { formatBytes, formatCount } from '../format/bytes.ts'
import type { Paint } from '../format/color.ts'
import { escapeName, pathOf } from '../format/escape.ts'
import { formatTable } from '../format/table.ts'
import { WIDTH } from './reporter.ts'

const SHOWN = 20

/** Lines on the largest wasted bodies: bytes, layers, cause and path, and what is left out. */
export function wastedLines({ wasted }: Report, paint: Paint): string[] {
  const shown = wasted.slice(0, SHOWN)
  const rest = wasted.slice(SHOWN)
  const title =
    rest.length === 0 ? 'Wasted paths' : `Wasted paths (the largest ${SHOWN} of ${formatCount(wasted.length)})`
  if (shown.length === 0) return [paint('bold', title), '  none']

  const columns = [
    { title: 'Bytes', align: 'right', style: (cell: string) => paint('red', cell) },
    { title: 'Layers' },
    { title: 'Cause' },
    { title: 'Path' },
  ] as const
  const rows = shown.map((body) => [
    formatBytes(body.bytes),
    formatLayers(body),
    formatCause(body),
    escapeName(pathOf(body)),
  ])
  const layout = { width: WIDTH, indent: 2, cut: 'middle', title: (cell: string) => paint('dim', cell) } as const
  const lines = [paint('bold', title), ...formatTable(columns, rows, layout)]
  if (rest.length > 0) {
    const bytes = rest.reduce((sum, body) => sum + body.bytes, 0)
    lines.push(paint('dim', `  … and ${formatCount(rest.length)} more with ${formatBytes(bytes)}`))
  }
  return lines
}

/** From the layer that wrote a body to the one that hid it. */
function formatLayers({ layer, by }: WastedBody): string {
  return layer === by ? String(layer) : `${layer} → ${by}`
}

function formatCause({ cause, differs = [] }: WastedBody): string {
  return differs.length === 0 ? cause : `${cause}: ${differs.join(' ')}`
}
