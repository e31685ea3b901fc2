import type { Progress } from '../oci/layer.ts'
import type { Frame } from './app.tsx'
import type { FrameWriter } from './frame-writer.ts'
import type { Binding } from './keys.ts'
import { selectLoading } from './loading.ts'
import { type PaintRow, rowPainter } from './paint.ts'
import { selectScreen } from './screen.ts'
import type { Size } from './state.ts'
import type { Session } from './store.ts'
import { THEMES, type ThemeName } from './theme.ts'

/** What frames are made of, besides the session. */
export interface FrameOptions {
  readonly size: () => Size
  readonly name: string
  readonly progress: Progress
  readonly theme: ThemeName
  readonly ascii: boolean
  readonly color: boolean
  readonly bindings: readonly Binding[]
}

/** Gives a function that makes what the app draws: the image that is looked at, or how far reading it is. */
export function frameMaker(
  options: FrameOptions,
  placeCursor: FrameWriter['placeCursor'],
): (session: Session | undefined) => Frame {
  const begun = performance.now()
  const painters = new Map<ThemeName, PaintRow>()
  const paintOf = (theme: ThemeName): PaintRow => {
    const paint = painters.get(theme) ?? rowPainter(THEMES[theme], options.color)
    painters.set(theme, paint)
    return paint
  }
  return (session) => {
    if (session === undefined) {
      const { name, progress, ascii } = options
      const { bytes, layers, entries } = progress
      const size = options.size()
      const header = selectLoading({ name, bytes, layers, entries, milliseconds: performance.now() - begun }, size)
      return { size, header, panes: [], footer: [], ascii, paint: paintOf(options.theme) }
    }
    const { size, header, panes, footer, cursor } = selectScreen(session.state, session.model, options.bindings)
    placeCursor(cursor)
    const { ascii, theme } = session.state
    return { size, header: [header], panes, footer: [footer], ascii, paint: paintOf(theme) }
  }
}
