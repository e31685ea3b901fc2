import { type AnalyseOptions, openAnalysis } from './analyse.ts'
import type { Sections } from './config/sections.ts'
import { onEnding } from './ending.ts'
import { UserError } from './errors.ts'
import type { Host } from './host.ts'
import type { Progress } from './oci/layer.ts'
import { defaultLimits } from './oci/limits.ts'
import type { Input, Options } from './options.ts'
import { openKeyboard } from './sources/keyboard.ts'
import { createSpool } from './sources/spool.ts'
import type { ScreenOptions } from './tui/start.tsx'

/** Opens an image in the terminal UI and waits until the user leaves it; where there can be none, gives why not. */
export async function browse(
  input: Exclude<Input, { kind: 'none' }>,
  options: Options,
  reading: AnalyseOptions,
  sections: Sections,
  host: Host,
): Promise<string | undefined> {
  if (host.stdout.isTTY !== true) return 'standard output is not a terminal'
  if (host.env.TERM === 'dumb') return 'TERM is "dumb", and such a terminal cannot place text'
  const keyboard = openKeyboard(host.stdin, host.platform)
  if (keyboard === undefined) return 'there is no terminal to read keys from'
  const { progress, cancel } = cancellable()
  const spool = input.kind === 'stdin' && options.keep ? createSpool() : undefined
  const callOff = onEnding(() => spool?.remove())
  const stop = () => {
    cancel()
    if (input.kind === 'stdin') host.stdin.destroy()
  }
  const open = async () => {
    await spool?.fill(host.stdin, progress, { ...defaultLimits, ...options.limits })
    const source = spool === undefined ? input : { kind: 'path' as const, path: spool.path }
    const from = source.kind === 'path' ? source : { kind: 'stream' as const, stream: host.stdin }
    return openAnalysis(from, { ...reading, progress })
  }
  try {
    // Side by side: reading goes on while the UI is loaded.
    const analysis = open()
    analysis.catch(() => {})
    const [{ showScreen }, { parseUiConfig }] = await Promise.all([
      import('./tui/start.tsx'),
      import('./tui/config.ts'),
    ])
    await showScreen({
      terminal: host.stdout as unknown as ScreenOptions['terminal'],
      keyboard: keyboard.stream,
      name: input.kind === 'path' ? input.path : 'standard input',
      analysis,
      progress,
      cancel: stop,
      color: options.color ?? true,
      settings: options.screen,
      config: parseUiConfig(sections),
      unreadable:
        input.kind === 'stdin'
          ? 'what came through the pipe has passed by, and the files with it; --keep would keep them at hand'
          : 'the archive is compressed, so that its files cannot be reached again; decompress it to look into them',
      onEnding,
    })
    const { close } = await analysis
    close()
  } finally {
    stop()
    keyboard.close()
    callOff()
    spool?.remove()
  }
  return undefined
}

/** Counts how far reading is, until it is told to stop. */
function cancellable(): { progress: Progress; cancel(): void } {
  let bytes = 0
  let entries = 0
  let cancelled = false
  const count = (number: number) => {
    if (cancelled) throw new UserError('reading was cancelled')
    return number
  }
  const progress = {
    layers: 0,
    get bytes() {
      return bytes
    },
    set bytes(number) {
      bytes = count(number)
    },
    get entries() {
      return entries
    },
    set entries(number) {
      entries = count(number)
    },
  }
  return {
    progress,
    cancel() {
      cancelled = true
    },
  }
}
