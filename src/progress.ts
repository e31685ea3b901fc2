import type { Writable } from 'node:stream'
import { formatBytes } from './format/bytes.ts'
import type { Progress } from './oci/layer.ts'

/** Milliseconds between two lines: often enough to be alive, seldom enough to cost nothing. */
const INTERVAL = 100

/** Shows on a terminal how far reading is, on one line that `stop` takes away; elsewhere it shows nothing. */
export function startProgress(stream: Writable & { readonly isTTY?: boolean }): {
  readonly state: Progress
  stop(): void
} {
  const state: Progress = { bytes: 0, layers: 0, entries: 0 }
  if (stream.isTTY !== true) return { state, stop() {} }
  const begun = performance.now()
  const timer = setInterval(() => stream.write(`\r\u001b[K${describe(state, performance.now() - begun)}`), INTERVAL)
  timer.unref()
  return {
    state,
    stop() {
      clearInterval(timer)
      stream.write('\r\u001b[K')
    },
  }
}

function describe({ bytes, layers, entries }: Progress, milliseconds: number): string {
  const rate = formatBytes(Math.round((bytes / Math.max(milliseconds, 1)) * 1000))
  return `Reading: ${formatBytes(bytes)} at ${rate}/s, ${layers} ${layers === 1 ? 'layer' : 'layers'}, ${entries} entries`
}
