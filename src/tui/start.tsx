import type { ReadStream, WriteStream } from 'node:tty'
import { render, type useApp } from 'ink'
import type { Analysis } from '../analyse.ts'
import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { Progress } from '../oci/layer.ts'
import type { ScreenSettings } from '../options.ts'
import { advance } from './advance.ts'
import { App } from './app.tsx'
import { DEFAULT_CONFIG, type UiConfig } from './config.ts'
import { type Outside, perform } from './effects.ts'
import { frameMaker } from './frame.ts'
import { frameWriter } from './frame-writer.ts'
import { keyStream } from './keyboard.ts'
import { type Key, keyToAction } from './keys.ts'
import { makeModel } from './model.ts'
import { reduce } from './reduce.ts'
import { mouseToAction } from './screen.ts'
import { initialState, type Size } from './state.ts'
import { createStore } from './store.ts'
import { askForSize, canStop, onStopping, type Stopped, stop } from './suspend.ts'
import { ENTER_ALTERNATE_SCREEN, enterScreen, LEAVE_ALTERNATE_SCREEN, LEAVE_SCREEN } from './terminal.ts'

/** What the terminal UI shows, and on what. */
export interface ScreenOptions {
  readonly terminal: WriteStream
  readonly keyboard: ReadStream
  /** What is read, as the user named it. */
  readonly name: string
  readonly analysis: Promise<Analysis>
  /** Is written to while the image is read. */
  readonly progress: Progress
  /** Makes reading stop. */
  readonly cancel: () => void
  readonly color: boolean
  readonly settings: ScreenSettings
  readonly config?: UiConfig
  /** Why no body can be read, should it turn out that none can. */
  readonly unreadable: string
  /** Makes sure that something is done however the process ends; gives how to call it off. */
  readonly onEnding: (action: () => void) => () => void
}

/** Milliseconds that reading, and then the first list, are waited for before something is shown of them. */
const PATIENCE = 80
/** Milliseconds between two looks at how far reading is. */
const TICK = 100

/**
 * Shows an image, first while it is read, until the user leaves.
 *
 * @throws UserError where the image cannot be read, or the user does not want to wait for it.
 */
export async function showScreen(options: ScreenOptions): Promise<void> {
  const { terminal, keyboard, analysis, config = DEFAULT_CONFIG } = options
  const settings = { theme: 'dark', mouse: true, ascii: false, ...config.screen, ...options.settings } as const
  await Promise.race([analysis, new Promise((resolve) => setTimeout(resolve, PATIENCE))])

  let ink: ReturnType<typeof useApp> | undefined
  let unmount = () => {}
  let failure: unknown
  const leave = (why?: unknown) => {
    failure ??= why
    unmount()
  }
  const size = (): Size => ({ columns: terminal.columns || 80, rows: terminal.rows || 24 })
  let outside: Outside | undefined
  const store = createStore((request) => outside !== undefined && void perform(request, outside))
  const { dispatch } = store

  const writer = frameWriter(terminal, () => {
    if (store.session() === undefined) store.touch()
    else dispatch({ type: 'resize', size: size() })
  })
  const makeFrame = frameMaker({ ...options, ...settings, size, bindings: config.bindings }, writer.placeCursor)
  const keys = keyStream(
    keyboard,
    (event) => {
      const session = store.session()
      if (session !== undefined) dispatch(mouseToAction(event, session.state, session.model))
    },
    () => leave(),
  )
  const cancel = () => {
    options.cancel()
    leave(new UserError(`reading ${escapeText(options.name)} was cancelled`))
  }
  const whileReading: Readonly<Record<string, () => void>> = {
    q: cancel,
    'ctrl+c': cancel,
    ...(canStop && { 'ctrl+z': () => void suspend('job') }),
  }
  const onKeys = (pressed: readonly Key[]) => {
    for (const key of pressed) {
      const session = store.session()
      if (session !== undefined) dispatch(keyToAction(key, session.state, config.bindings))
      else whileReading[key.name]?.()
    }
  }

  const enter = () => terminal.write(enterScreen(store.session()?.state.mouse ?? settings.mouse))
  const restore = () => {
    terminal.write(`${LEAVE_SCREEN}${writer.isAlternate() ? LEAVE_ALTERNATE_SCREEN : ''}`)
    keyboard.setRawMode(false)
  }
  let suspended = false
  const suspend = async (who: Stopped) => {
    // Several keys or signals may come at once.
    if (suspended) return
    suspended = true
    await ink?.suspendTerminal(async () => {
      terminal.write(LEAVE_SCREEN)
      await stop(who)
      // First, since it stops a job that goes on in the background before anything is written.
      keyboard.setRawMode(true)
      enter()
    })
    suspended = false
  }
  // After a stop that nobody can be told of before: a shell may have taken the terminal and left it as it wants it.
  const comeBack = () => {
    if (suspended) return
    keyboard.setRawMode(false)
    keyboard.setRawMode(true)
    terminal.write(ENTER_ALTERNATE_SCREEN)
    enter()
    writer.redraw()
    askForSize()
  }
  const open = (read: Analysis) => {
    outside = {
      image: read.image,
      write: (sequence) => void terminal.write(sequence),
      dispatch,
      refresh: () => store.session()?.model.refresh(),
      redraw: writer.redraw,
      quit: () => leave(),
      suspend: () => void suspend('job'),
    }
    const model = makeModel(read, options.unreadable)
    const first = initialState({ size: size(), ...settings })
    advance(first, model, PATIENCE)
    // With the first action, the state settles on its lists.
    store.open({ model, state: reduce(first, { type: 'resize', size: size() }, model) })
  }

  const callOff = options.onEnding(restore)
  let ignoreStops = () => {}
  const ticking = setInterval(store.touch, TICK)
  try {
    // Before anything is drawn: until then the terminal itself acts on Ctrl-Z, and would not be restored.
    keyboard.setRawMode(true)
    const app = render(
      <App
        subscribe={store.subscribe}
        version={store.version}
        frame={() => makeFrame(store.session())}
        slot={writer.slot}
        onKeys={onKeys}
        onReady={(ready) => {
          ink = ready
        }}
      />,
      {
        stdout: writer.stdout,
        stdin: keys,
        // Makes Ink write each frame as plain text, which the writer turns into the few lines that have changed.
        debug: true,
        interactive: true,
        alternateScreen: true,
        exitOnCtrlC: false,
        patchConsole: false,
      },
    )
    unmount = app.unmount
    enter()
    ignoreStops = onStopping(() => void suspend('process'), comeBack)
    analysis
      .then(open)
      .catch(leave)
      .finally(() => clearInterval(ticking))
    await app.waitUntilExit()
    if (failure !== undefined) throw failure
  } finally {
    clearInterval(ticking)
    ignoreStops()
    store.close()
    callOff()
    restore()
    keys.destroy()
  }
}
