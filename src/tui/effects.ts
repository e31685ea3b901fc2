import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Analysis } from '../analyse.ts'
import { UserError } from '../errors.ts'
import { formatBytes, formatCount } from '../format/bytes.ts'
import { encodeName, escapeText } from '../format/escape.ts'
import { copySequence } from './clipboard.ts'
import { AlreadyThere, type Extracted, extractNode } from './extract.ts'
import { MOUSE_OFF, MOUSE_ON } from './mouse.ts'
import type { Action, ExtractRequest, Request } from './state.ts'
import { canStop } from './suspend.ts'

/** What the screen can do outside of itself. */
export interface Outside {
  readonly image: Analysis['image']
  readonly write: (sequence: string) => void
  readonly dispatch: (action: Action) => void
  /** Tells the model that bodies have been hashed. */
  readonly refresh: () => void
  readonly redraw: () => void
  readonly suspend: () => void
  readonly quit: () => void
}

/** Does what the reducer has asked for; what comes of it is dispatched, and failures are too. */
export async function perform(request: Request, outside: Outside): Promise<void> {
  try {
    await EFFECTS[request.kind](request as never, outside)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    outside.dispatch(
      request.kind === 'view'
        ? { type: 'view-failed', path: request.path, message: error.message }
        : { type: 'failed', message: error.message },
    )
  }
}

type Effects = {
  readonly [kind in Request['kind']]: (
    request: Extract<Request, { kind: kind }>,
    outside: Outside,
  ) => void | Promise<void>
}

const EFFECTS: Effects = {
  quit: (_, { quit }) => quit(),
  suspend(_, { suspend }) {
    if (!canStop) throw new UserError('Windows has no way to suspend a program; open another window')
    suspend()
  },
  redraw: (_, { redraw }) => redraw(),
  mouse: ({ on }, { write }) => write(on ? MOUSE_ON : MOUSE_OFF),
  copy({ text }, { write }) {
    const sequence = copySequence(text)
    if (sequence === undefined) throw new UserError('the path is longer than terminals take for their clipboard')
    write(sequence)
  },
  async view({ path, file, limit }, outside) {
    const pieces: Buffer[] = []
    let left = Math.min(limit, file.size)
    for await (const piece of bodyReader(outside)(file)) {
      pieces.push(Buffer.from(piece.subarray(0, left)))
      left -= piece.length
      if (left <= 0) break
    }
    outside.dispatch({ type: 'view-loaded', path, bytes: Buffer.concat(pieces) })
  },
  async hash({ files }, { image, refresh, dispatch }) {
    await image.hashBodies(files)
    refresh()
    dispatch({ type: 'hashed' })
  },
  async extract(request, outside) {
    const target = await placeFor(request)
    try {
      const done = await extractNode(request.node, target, bodyReader(outside), request.overwrite)
      outside.dispatch({ type: 'extracted', message: describe(done, target) })
    } catch (error) {
      if (!(error instanceof AlreadyThere)) throw error
      outside.dispatch({ type: 'extract-exists', request, existing: target })
    }
  },
}

function bodyReader({ image }: Outside): NonNullable<Analysis['image']['readBody']> {
  if (image.readBody === undefined) throw new Error('asked for a body of an image that can only be read once')
  return image.readBody
}

/** Where an extraction goes: into a directory that is there already, or to the very path that was typed. */
async function placeFor({ path: source, target }: ExtractRequest): Promise<string> {
  const typed = target === '~' || target.startsWith('~/') ? path.join(process.env.HOME ?? '~', target.slice(1)) : target
  const isDirectory = await stat(encodeName(typed)).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return isDirectory ? path.join(typed, path.posix.basename(source) || 'rootfs') : typed
}

function describe({ files, bytes, leftOut }: Extracted, target: string): string {
  const left = leftOut === 0 ? '' : `; ${formatCount(leftOut)} left out: devices, links that lead out, names in use`
  return `wrote ${formatCount(files)} ${files === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}, to ${escapeText(target)}${left}`
}
