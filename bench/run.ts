import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, totalmem, type } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hasOtherNodes, installNode } from '../scripts/nodes.ts'
import { judged } from './judged.ts'
import { type Figures, inTurn, type Timed } from './measure.ts'
import { firstFrame } from './ui.ts'
import { keysSection } from './ui-keys.ts'
import { ARCHIVES, has } from './workload.ts'

// Times whole processes side by side, and what keys do on the screen, and writes bench/RESULTS.md; needs `npm run build`
// first. Arguments choose cases by a part of their name: `ui` is all that is about the screen.

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))))

const RUNS = 5
/** dive takes minutes where the others take seconds. */
const DIVE_RUNS = 1

const node = process.execPath
const others = hasOtherNodes ? { 22: installNode(22), 24: installNode(24) } : undefined
const nodes = [node, ...Object.values(others ?? {})]
const dive = (process.env.DIVE ?? (has('dive') ? 'dive' : '')) || undefined

const OURS = 'layerscope'
const DIVE = 'dive'
const START = 'node -e 0'

interface Goal {
  readonly text: string
  /** The figure and what it may be at most; undefined where what it is compared with is missing here. */
  measure(figures: ReadonlyMap<string, Figures>): { readonly value: number; readonly limit: number } | undefined
}

interface Case {
  readonly name: string
  /** What is timed, by name; archives are made when they are asked for. */
  commands(): Readonly<Record<string, Timed>>
  readonly goals: readonly Goal[]
  /** What else the figures say, as a sentence. */
  note?(figures: ReadonlyMap<string, Figures>): string | undefined
}

const layerscope = (input: string, binary = node) => `${binary} dist/main.js --ci ${input}`

const WITHOUT_RULES = 'without rules'

/** A row on what all rules together cost: the library in a process of its own, with and without them. */
function rulesCase(name: string, archive: () => string): Case {
  const library = (findings: boolean) =>
    `${node} --input-type=module -e 'const { analyse } = await import("./dist/index.js"); await analyse({ kind: "path", path: "${archive()}" }, { findings: ${findings} })'`
  return {
    name: `what the rules cost: ${name}`,
    commands: () => ({ [WITHOUT_RULES]: library(false), [OURS]: library(true) }),
    // A quarter of the whole is a third of the rest.
    goals: [atMost('4/3 × the same without rules', { [WITHOUT_RULES]: 4 / 3 })],
    note(figures) {
      const [all, rest] = [figures.get(OURS)?.median, figures.get(WITHOUT_RULES)?.median]
      return all === undefined || rest === undefined
        ? undefined
        : `The rules take ${Math.max(0, Math.round(100 * (1 - rest / all)))} % of the time.`
    },
  }
}

/** Something on each Node there is. */
const withEveryNode = <T>(make: (binary: string) => T): Readonly<Record<string, T>> => ({
  [OURS]: make(node),
  ...(others && { [`${OURS}, Node 22`]: make(others[22]), [`${OURS}, Node 24`]: make(others[24]) }),
})

const onEveryNode = (input: string) => withEveryNode((binary) => layerscope(input, binary))

const diveOn = (archive: string) =>
  dive === undefined ? {} : { [DIVE]: `CI=true ${dive} --source docker-archive ${archive}` }

/** A median is at most the sum of other medians, each times its factor, plus some milliseconds. */
function atMost(text: string, parts: Readonly<Record<string, number>>, plus = 0, of = OURS): Goal {
  return {
    text,
    measure(figures) {
      const value = figures.get(of)?.median
      let limit = plus
      for (const [name, factor] of Object.entries(parts)) {
        const median = figures.get(name)?.median
        if (median === undefined) return undefined
        limit += factor * median
      }
      return value === undefined ? undefined : { value, limit }
    },
  }
}

function peakAtMost(text: string, bytes: number): Goal {
  return {
    text,
    measure(figures) {
      const value = figures.get(OURS)?.peakBytes
      return value === undefined ? undefined : { value, limit: bytes }
    },
  }
}

const MB = 1e6
const MILLION_ENTRIES = 1_120_000

const CASES: readonly Case[] = [
  {
    name: '1.5 GB plain docker save, 70,000 files, 12 layers, as a FILE',
    commands: () => ({
      [START]: `${node} -e 0`,
      'tar -tf': `tar -tf ${ARCHIVES.plainTar()}`,
      'cat FILE': `cat ${ARCHIVES.plain()} > /dev/null`,
      ...onEveryNode(ARCHIVES.plain()),
      ...diveOn(ARCHIVES.plain()),
    }),
    goals: [
      atMost('`node -e 0` + 4 × `tar -tf` of one plain tar with the same entries', { [START]: 1, 'tar -tf': 4 }),
      atMost('1/12 of dive', { [DIVE]: 1 / 12 }),
    ],
  },
  {
    name: 'the same with bodies five times as large (7.5 GB, sparse on disk), FILE',
    commands: () => ({
      'the row above': layerscope(ARCHIVES.plain()),
      'cat FILE': `cat ${ARCHIVES.large()} > /dev/null`,
      ...onEveryNode(ARCHIVES.large()),
    }),
    goals: [
      atMost('1.2 × the row above', { 'the row above': 1.2 }),
      atMost('`cat FILE > /dev/null`', { 'cat FILE': 1 }),
    ],
  },
  {
    name: '1.5 GB through a PIPE',
    commands: () => ({
      'drain the pipe': `cat ${ARCHIVES.plain()} | ${node} -e 'process.stdin.on("data", () => {})'`,
      [OURS]: `cat ${ARCHIVES.plain()} | ${layerscope('-')}`,
      ...diveOn(ARCHIVES.plain()),
    }),
    goals: [
      atMost('1.15 × a Node that only drains the pipe', { 'drain the pipe': 1.15 }),
      atMost('1/3 of dive (which reads the file)', { [DIVE]: 1 / 3 }),
    ],
  },
  {
    name: 'its gzip OCI twin, FILE',
    commands: () => ({
      'gzip -dc of the layers': `cat ${ARCHIVES.gzipLayers()}/layers.txt | xargs -n1 gzip -dc > /dev/null`,
      ...onEveryNode(ARCHIVES.gzip()),
      ...diveOn(ARCHIVES.gzipDocker()),
    }),
    goals: [
      atMost('0.5 × `gzip -dc` of the layers one after another', { 'gzip -dc of the layers': 0.5 }),
      atMost('1/4 of dive', { [DIVE]: 1 / 4 }),
    ],
  },
  {
    name: 'its zstd twin, FILE',
    commands: () => (has('zstd') ? { ...zstdTwin(), [OURS]: layerscope(ARCHIVES.zstd()) } : {}),
    goals: [
      atMost('0.8 × our gzip twin, where Node has zstd (24)', { 'gzip twin, Node 24': 0.8 }, 0, 'zstd twin, Node 24'),
    ],
  },
  {
    name: '50,000-file base, one layer that removes 1,000 of them',
    commands: () => ({
      'without removals': layerscope(ARCHIVES.base()),
      [OURS]: layerscope(ARCHIVES.removed()),
      ...diveOn(ARCHIVES.removed()),
    }),
    goals: [atMost('1.2 × the same without removals', { 'without removals': 1.2 })],
  },
  {
    name: '300,000 files in 5 layers + 120 layers of 100 changes',
    commands: () => ({ '5 layers': layerscope(ARCHIVES.fiveLayers()), [OURS]: layerscope(ARCHIVES.manyLayers()) }),
    // 300,000 files with 31,500 directories, and 12,000 changes with about 3,800 directories.
    goals: [atMost('time per entry 1.5 × the 5-layer image', { '5 layers': (1.5 * (331_500 + 15_800)) / 331_500 })],
  },
  {
    name: '1,000,000 files in 20 layers',
    commands: () => onEveryNode(ARCHIVES.million()),
    goals: [peakAtMost('peak memory 150 MB + 250 bytes × entries', 150 * MB + 250 * MILLION_ENTRIES)],
  },
  rulesCase('1.5 GB, 70,000 files, 12 layers', ARCHIVES.plain),
  rulesCase('75,000 files that a Dockerfile with its history made', ARCHIVES.built),
  rulesCase('1,000,000 files in 20 layers', ARCHIVES.million),
  {
    name: '8 GB PIPE, generated on the fly, few files',
    commands: () => ({ [OURS]: `${node} --import tsx bench/generate.ts | ${layerscope('-')}` }),
    goals: [peakAtMost('peak memory 150 MB', 150 * MB)],
  },
  {
    name: 'smallest sample, `--ci`',
    commands: () => ({ [START]: `${node} -e 0`, ...onEveryNode('sample-images/slim-python.tar') }),
    goals: [atMost('`node -e 0` + 120 ms', { [START]: 1 }, 120)],
  },
  {
    name: '`--version`',
    commands: () => ({ [START]: `${node} -e 0`, [OURS]: `${node} dist/main.js --version` }),
    goals: [atMost('`node -e 0` + 30 ms', { [START]: 1 }, 30)],
  },
  {
    name: 'ui: smallest sample, from the start to the first frame that shows it, 200x50',
    commands: () => ({
      [START]: `${node} -e 0`,
      ...withEveryNode((binary) => () => firstFrame(binary, 'sample-images/slim-python.tar')),
    }),
    goals: [atMost('`node -e 0` + 350 ms', { [START]: 1 }, 350)],
  },
]

/** One section of the results. */
interface Part {
  readonly name: string
  section(): Promise<string>
}

const UI_KEYS = 'ui: keys on 1,000,000 files in 20 layers, 200x50'

const PARTS: readonly Part[] = [
  ...CASES.map((one): Part => ({ name: one.name, section: () => timed(one) })),
  { name: UI_KEYS, section: () => keysSection(UI_KEYS, nodes) },
]

function zstdTwin(): Record<string, string> {
  if (others === undefined) return {}
  return {
    'gzip twin, Node 24': layerscope(ARCHIVES.gzip(), others[24]),
    'zstd twin, Node 24': layerscope(ARCHIVES.zstd(), others[24]),
    'zstd twin, Node 22': layerscope(ARCHIVES.zstd(), others[22]),
  }
}

const wanted = process.argv.slice(2)
const chosen = PARTS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
const sections: string[] = []
for (const part of chosen) {
  const section = await part.section()
  console.log(section)
  sections.push(section)
}
if (wanted.length === 0) writeFileSync('bench/RESULTS.md', `${heading()}\n${sections.join('\n')}`)

async function timed(one: Case): Promise<string> {
  const commands = Object.entries(one.commands()).map(
    ([name, command]) => [name, { command, count: name === DIVE ? DIVE_RUNS : RUNS }] as const,
  )
  return describe(one, await inTurn(new Map(commands)))
}

function describe({ name, goals, note }: Case, figures: ReadonlyMap<string, Figures>): string {
  const rows = [...figures].map(([command, { median, min, max, peakBytes, runs }]) => {
    const peak = peakBytes === undefined ? '' : `${Math.round(peakBytes / MB)} MB`
    return `| ${command} | ${seconds(median)} | ${seconds(min)} … ${seconds(max)} | ${peak} | ${runs} |`
  })
  return [
    `## ${name}`,
    '',
    '| command | median | min … max | peak memory | runs |',
    '|---|---:|---:|---:|---:|',
    ...rows,
    '',
    ...goals.map(({ text, measure }) => judged(text, measure(figures))),
    '',
    ...[note?.(figures)].flatMap((text) => (text === undefined ? [] : [text, ''])),
  ].join('\n')
}

/** What a Node calls itself, such as `v20.20.2`. */
function versionOf(binary: string): string {
  return execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim()
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(3)} s`
}

function heading(): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()}`
  return [
    '# Benchmark results',
    '',
    `Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}; ${machine}; Node ${nodes.map(versionOf).join(', ')}${dive === undefined ? '' : '; dive 0.13.1'}.`,
    'Whole processes in turn, medians; each first ran once uncounted. Compare within a table: the machine is shared.',
    '',
  ].join('\n')
}
