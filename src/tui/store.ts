import { advance, isComplete } from './advance.ts'
import type { Model } from './model.ts'
import { reduce } from './reduce.ts'
import type { Action, Request, State } from './state.ts'

/** Milliseconds of work on long lists between two looks at the keyboard. */
const SLICE = 6

/** An image that is being looked at. */
export interface Session {
  readonly model: Model
  readonly state: State
}

/** What the screen shows at present, for all who act on it or draw it. */
export interface Store {
  /** Undefined while the image is read. */
  session(): Session | undefined
  open(session: Session): void
  /** Ends all work. */
  close(): void
  /** Changes the state; what the action asks for outside is handed to `perform`, and long lists are worked on meanwhile. */
  dispatch(action: Action | undefined): void
  /** Says that there is something else to draw. */
  touch(): void
  /** Grows whenever there is something else to draw. */
  version(): number
  subscribe(onChange: () => void): () => void
}

/** A store without an image yet. */
export function createStore(perform: (request: Request) => void): Store {
  let session: Session | undefined
  let version = 0
  let planned = false
  const listeners = new Set<() => void>()
  const touch = () => {
    version++
    for (const listener of listeners) listener()
  }
  const dispatch = (action: Action | undefined) => {
    if (session === undefined || action === undefined) return
    const { model, state } = session
    session = { model, state: reduce(state, action, model) }
    for (const request of session.state.requests) perform(request)
    goOn()
  }
  const goOn = () => {
    touch()
    if (!planned) setImmediate(work)
    planned = true
  }
  const work = () => {
    planned = false
    if (session === undefined || isComplete(session.state, session.model)) return
    advance(session.state, session.model, SLICE)
    dispatch({ type: 'advanced' })
  }
  return {
    session: () => session,
    open(opened) {
      session = opened
      goOn()
    },
    close() {
      session = undefined
    },
    dispatch,
    touch,
    version: () => version,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
