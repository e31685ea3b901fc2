import { makeReport } from '../../src/analysis/make-report.ts'
import { gatherEvidence } from '../../src/rules/evidence.ts'
import { findBloat } from '../../src/rules/find.ts'
import { DEFAULT_POLICY, type Ignore } from '../../src/rules/policy.ts'
import type { Rule } from '../../src/rules/rule.ts'
import { stackLayers } from '../../src/stack.ts'
import { advance } from '../../src/tui/advance.ts'
import { pathOf } from '../../src/tui/entry.ts'
import { listingOf } from '../../src/tui/files.ts'
import { BINDINGS, type Binding, keyToAction } from '../../src/tui/keys.ts'
import { type Model, makeModel } from '../../src/tui/model.ts'
import { reduce } from '../../src/tui/reduce.ts'
import { rowText } from '../../src/tui/row.ts'
import { type Screen, selectScreen } from '../../src/tui/screen.ts'
import { type Action, initialState, type Request, type Size, type State } from '../../src/tui/state.ts'
import type { Tree } from '../helpers/layer.ts'
import { imageOf, layersOf } from '../helpers/stack.ts'

/** What a test may choose about a session. */
export interface SessionOptions {
  readonly size?: Size
  readonly ascii?: boolean
  /** Whether files can be read. */
  readonly readable?: boolean
  /** What made each layer. */
  readonly createdBy?: readonly string[]
  /** Rules that look for bloat; none where left out. */
  readonly rules?: readonly Rule[]
  /** What is let pass of what they find. */
  readonly ignore?: readonly Ignore[]
  /** How many layers came with the base image. */
  readonly baseLayers?: number
  /** Whether that is more than a guess, as it is where it is given. */
  readonly baseKnown?: boolean
  readonly bindings?: readonly Binding[]
}

/** The model of an image whose layers hold the trees. */
export async function modelOf(trees: readonly Tree[], options: SessionOptions = {}): Promise<Model> {
  const layers = await layersOf(trees)
  const image = {
    ...imageOf(layers),
    readBody: options.readable === false ? undefined : () => (async function* () {})(),
  }
  const stack = stackLayers(layers, false)
  const { baseLayers = 0, rules = [], ignore = [] } = options
  const found = findBloat(gatherEvidence(image, stack, baseLayers), rules, { ...DEFAULT_POLICY, ignore })
  const report = makeReport(image, stack, found)
  const bloat = found.filter(({ ignored }) => ignored === undefined)
  const named = report.layers.map((layer, i) => ({ ...layer, createdBy: options.createdBy?.[i] ?? layer.createdBy }))
  const base = {
    layers: baseLayers,
    name: 'debian:12',
    strength: (options.baseKnown ?? baseLayers > 0) ? ('strong' as const) : ('assumed' as const),
  }
  return makeModel({ image, stack, report: { ...report, layers: named }, base, bloat }, 'it came through a pipe')
}

/** Somebody at the keyboard: keys and actions in, state and screen out. */
export class Session {
  readonly model: Model
  readonly bindings: readonly Binding[]
  state: State
  readonly requests: Request[] = []

  constructor(model: Model, { size = { columns: 100, rows: 30 }, ascii = false, bindings = BINDINGS }: SessionOptions) {
    this.model = model
    this.bindings = bindings
    this.state = initialState({ size, theme: 'dark', ascii, mouse: true })
  }

  /** Presses keys by their names, parted by blanks; single characters type themselves. */
  press(keys: string): this {
    for (const name of keys.split(' ')) {
      const text = name === 'space' ? ' ' : [...name].length === 1 ? name : undefined
      const action = keyToAction({ name, ...(text !== undefined && { text }) }, this.state, this.bindings)
      if (action !== undefined) this.do(action)
    }
    return this
  }

  /** Types text, character by character. */
  type(text: string): this {
    for (const character of text) this.press(character === ' ' ? 'space' : character)
    return this
  }

  do(action: Action): this {
    this.state = reduce(this.state, action, this.model)
    this.requests.push(...this.state.requests)
    return this
  }

  /** Lets everything that is not complete yet come to its end. */
  finish(): this {
    while (advance(this.state, this.model, 1)) this.do({ type: 'advanced' })
    return this.do({ type: 'advanced' })
  }

  screen(): Screen {
    return selectScreen(this.state, this.model, this.bindings)
  }

  /** The text within a pane, without the spaces at the ends of lines. */
  lines(id: Screen['panes'][number]['id']): string[] {
    const pane = this.screen().panes.find((one) => one.id === id)
    return (pane?.rows ?? []).map((row) => rowText(row).trimEnd())
  }

  /** The path of every row of the files pane, visible or not. */
  paths(): string[] {
    const listing = listingOf(this.state, this.model)
    listing.grow(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)
    return listing.rows.map(pathOf)
  }

  /** The path under the cursor of the files pane. */
  path(): string | undefined {
    const entry = listingOf(this.state, this.model).rows[this.state.files.row]
    return entry && pathOf(entry)
  }

  footer(): string {
    return rowText(this.screen().footer).trimEnd()
  }
}

/** A session on an image whose layers hold the trees. */
export async function sessionOn(trees: readonly Tree[], options: SessionOptions = {}): Promise<Session> {
  return new Session(await modelOf(trees, options), options)
}
