import type { RuntimeConfig } from '../oci/runtime-config.ts'
import type { Command, Word } from './command.ts'
import { resolvePath } from './image-path.ts'
import { DEFAULT_SHELL } from './instruction.ts'
import { quote } from './print-instruction.ts'

/** What the instructions up to a place have set for containers of the image, and for the instructions after it. */
export interface RuntimeState {
  readonly env: Map<string, string>
  readonly labels: Map<string, string>
  readonly ports: Set<string>
  readonly volumes: Set<string>
  user: string
  workingDir: string
  stopSignal: string
  shell: readonly string[]
  cmd: readonly string[]
  entrypoint: readonly string[]
}

/** An instruction, as far as it sets something. */
type Settings = Pick<Command, 'form' | 'args' | 'text' | 'pairs'> & { readonly word: Word | undefined }

/** The state before the first instruction. */
export function initialState(): RuntimeState {
  return {
    env: new Map(),
    labels: new Map(),
    ports: new Set(),
    volumes: new Set(),
    user: '',
    workingDir: '/',
    stopSignal: '',
    shell: DEFAULT_SHELL,
    cmd: [],
    entrypoint: [],
  }
}

/** Lets an instruction have its effect; one that sets nothing has none. */
export function applyCommand(state: RuntimeState, command: Settings): void {
  const { word, form, args, text, pairs } = command
  const [first = ''] = args
  const run = (): readonly string[] => (form === 'exec' ? args : [...state.shell, text])
  if (word === 'ENV') for (const [name, value = ''] of pairs) state.env.set(name, value)
  else if (word === 'LABEL') for (const [name, value = ''] of pairs) state.labels.set(name, value)
  else if (word === 'EXPOSE') for (const port of args) state.ports.add(withProtocol(port))
  else if (word === 'VOLUME') for (const volume of args) state.volumes.add(volume)
  else if (word === 'USER') state.user = first
  else if (word === 'WORKDIR') state.workingDir = resolvePath(state.workingDir, first)
  else if (word === 'STOPSIGNAL') state.stopSignal = first
  else if (word === 'SHELL' && args.length > 0) state.shell = args
  else if (word === 'CMD') state.cmd = run()
  else if (word === 'ENTRYPOINT') {
    state.entrypoint = run()
    state.cmd = []
  }
}

/** A port with its protocol, which is TCP where none is written. */
export function withProtocol(port: string): string {
  return port.includes('/') ? port : `${port}/tcp`
}

/** What BuildKit gives to images that set no path of their own. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Instructions for all that an image config says beyond what a state holds. */
export function missingInstructions(config: RuntimeConfig, state: RuntimeState): string[] {
  const missing: string[] = []
  for (const pair of config.env ?? []) {
    const name = pair.split('=', 1)[0] ?? ''
    const value = pair.slice(name.length + 1)
    const known = state.env.get(name) ?? (name === 'PATH' ? DEFAULT_PATH : undefined)
    if (known !== value) missing.push(`ENV ${quote(name)}=${quote(value)}`)
  }
  for (const [name, value] of Object.entries(config.labels ?? {})) {
    if (state.labels.get(name) !== value) missing.push(`LABEL ${quote(name)}=${quote(value)}`)
  }
  const ports = (config.exposedPorts ?? []).filter((port) => !state.ports.has(withProtocol(port)))
  if (ports.length > 0) missing.push(`EXPOSE ${ports.join(' ')}`)
  const volumes = (config.volumes ?? []).filter((volume) => !state.volumes.has(volume))
  if (volumes.length > 0) missing.push(`VOLUME ${JSON.stringify(volumes)}`)
  const { workingDir, user, stopSignal, entrypoint, cmd } = config
  if (workingDir !== undefined && resolvePath('/', workingDir) !== state.workingDir)
    missing.push(`WORKDIR ${workingDir}`)
  if (user !== undefined && user !== state.user) missing.push(`USER ${user}`)
  if (stopSignal !== undefined && stopSignal !== state.stopSignal) missing.push(`STOPSIGNAL ${stopSignal}`)
  if (entrypoint !== undefined && !sameWords(entrypoint, state.entrypoint)) {
    missing.push(`ENTRYPOINT ${JSON.stringify(entrypoint)}`)
  }
  if (cmd !== undefined && !sameWords(cmd, state.cmd)) missing.push(`CMD ${JSON.stringify(cmd)}`)
  return missing.map((line) => line.replace(/\n/g, '\\n').replace(/\r/g, '\\r'))
}

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i])
}
