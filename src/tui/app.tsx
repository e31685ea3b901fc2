import { Box, Text, useApp, useInput } from 'ink'
import { useEffect, useSyncExternalStore } from 'react'
import { namedKeys } from './key-names.ts'
import type { Key } from './keys.ts'
import type { PaintRow } from './paint.ts'
import { paintPane } from './pane.ts'
import type { Row } from './row.ts'
import type { ScreenPane } from './screen.ts'
import type { Size } from './state.ts'

/** What is to be drawn: finished rows, and where they go. */
export interface Frame {
  readonly size: Size
  readonly header: readonly Row[]
  readonly panes: readonly ScreenPane[]
  readonly footer: readonly Row[]
  readonly ascii: boolean
  readonly paint: PaintRow
}

/** What the app needs of the terminal layer. */
export interface AppProps {
  readonly subscribe: (onChange: () => void) => () => void
  /** Changes whenever there is something else to draw. */
  readonly version: () => number
  readonly frame: () => Frame
  /** Puts finished text of some columns where Ink lays out what it gives. */
  readonly slot: (text: string, width: number) => string
  readonly onKeys: (keys: readonly Key[]) => void
  /** Hands out what only Ink can do. */
  readonly onReady: (ink: ReturnType<typeof useApp>) => void
}

/** The whole screen; it only draws what has been selected, and passes keys on. */
export function App({ subscribe, version, frame, slot, onKeys, onReady }: AppProps) {
  const ink = useApp()
  useEffect(() => onReady(ink), [ink, onReady])
  useSyncExternalStore(subscribe, version)
  useInput((input, key) => onKeys(namedKeys(input, key)))
  const { size, header, panes, footer, ascii, paint } = frame()
  const lines = (rows: readonly Row[]) => rows.map((row) => paint(row, true))
  return (
    <Box width={size.columns} height={size.rows} flexDirection="column" justifyContent="space-between">
      <Lines lines={lines(header)} width={size.columns} slot={slot} />
      <Lines lines={lines(footer)} width={size.columns} slot={slot} />
      {panes.map((pane) => (
        <Pane key={pane.id} pane={pane} ascii={ascii} slot={slot} paint={paint} />
      ))}
    </Box>
  )
}

interface PaneProps extends Pick<AppProps, 'slot'>, Pick<Frame, 'ascii' | 'paint'> {
  readonly pane: ScreenPane
}

function Pane({ pane, ascii, slot, paint }: PaneProps) {
  return (
    <Box position="absolute" left={pane.x} top={pane.y} width={pane.width} height={pane.height}>
      <Lines lines={paintPane(pane, ascii, paint)} width={pane.width} slot={slot} />
    </Box>
  )
}

interface LinesProps extends Pick<AppProps, 'slot'> {
  readonly lines: readonly string[]
  readonly width: number
}

function Lines({ lines, width, slot }: LinesProps) {
  return <Text wrap="truncate">{lines.map((line) => slot(line, width)).join('\n')}</Text>
}
