import { type Binding, describeContexts, formatKey, keysOf } from './keys.ts'
import { cell, makeRow, type Row, wrap } from './row.ts'

const KEYS = 22
const PLACES = 16

/** The help: each row of the key table, on as many lines as it takes. */
export function helpRows(bindings: readonly Binding[], ascii: boolean, width: number): Row[] {
  const places = width >= 70 ? PLACES : 0
  const room = Math.max(1, width - KEYS - places)
  return bindings.flatMap((binding) => {
    const keys = keysOf(binding).map((key) => formatKey(key, ascii))
    const place = describeContexts(binding.contexts)
    return wrap(binding.help, room).map((line, i) =>
      makeRow(
        [
          [cell(i === 0 ? keys.join(' ') : '', KEYS - 1), 'key'],
          [' ', 'plain'],
          [cell(i === 0 ? place : '', places), 'dim'],
          [line, 'plain'],
        ],
        width,
      ),
    )
  })
}
