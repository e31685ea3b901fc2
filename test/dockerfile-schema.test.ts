import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { openAnalysis } from '../src/analyse.ts'
import { type DockerfileReport, dockerfileReport } from '../src/analysis/dockerfile-report.ts'
import { makeReport, reportBase } from '../src/analysis/make-report.ts'
import { type ImageRecord, reconstruct } from '../src/dockerfile/reconstruct.ts'
import { json } from '../src/reporters/json.ts'
import { stackLayers } from '../src/stack.ts'
import { buildkit, classic, entry } from './helpers/history.ts'
import { completeReport } from './helpers/report.ts'
import { imageOf, layersOf } from './helpers/stack.ts'

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../schema/${name}.schema.json`, import.meta.url), 'utf8'))
const schema = read('dockerfile')
const validate = new Ajv2020({ strict: true, strictTypes: false, allErrors: true })
  .addSchema(read('report'))
  .compile(schema)

/** What is wrong with the JSON of a Dockerfile, by the schema. */
function errorsOf(report: DockerfileReport | object): string[] {
  validate(JSON.parse([...json(report as DockerfileReport)].join('')))
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** The Dockerfile of an image with one layer for each entry that made one. */
async function told(record: Pick<ImageRecord, 'history'>): Promise<DockerfileReport> {
  const made = record.history.filter(({ emptyLayer }) => !emptyLayer)
  const layers = await layersOf(made.map((_, i) => ({ [`app/${i}`]: 'x' })))
  const image = imageOf(layers)
  const reconstruction = reconstruct({
    ...record,
    config: { user: 'app' },
    diffIds: layers.map(() => undefined),
    changesets: layers.map(({ content }) => (typeof content === 'string' ? undefined : content.changeset)),
  })
  const report = makeReport(image, stackLayers(layers, false), [], reportBase(reconstruction.base))
  return dockerfileReport({ ...report, findings: completeReport.findings, dockerfile: { path: 'a' } }, reconstruction)
}

const history = [
  classic('COPY dir:0ceb84f5 in /app '),
  buildkit('RUN /bin/sh -c make'),
  buildkit('COPY <<a /b'),
  buildkit('ENV A=b'),
  entry('umoci insert'),
]

test('the schema describes the JSON of a Dockerfile, and has no key that none can have', async () => {
  const report = await told({ history })
  expect(errorsOf(report)).toEqual([])
  const keys = new Set(report.lines.flatMap((line) => Object.keys(JSON.parse(JSON.stringify(line)))))
  const merged = await told({
    history: [classic('/bin/sh -c a', { empty: true }), classic('CMD ["a"]', { comment: 'FROM x', empty: false })],
  })
  expect(errorsOf(merged)).toEqual([])
  for (const line of merged.lines) for (const key of Object.keys(JSON.parse(JSON.stringify(line)))) keys.add(key)
  expect([...keys].sort()).toEqual(Object.keys(schema.$defs.line.properties).sort())
  expect(Object.keys(report).sort()).toEqual(Object.keys(schema.properties).sort())
})

test('the schema refuses what it does not know', async () => {
  const report = await told({ history })
  expect(errorsOf({ ...report, extra: 1 })).toEqual([' must NOT have additional properties'])
  const lines = report.lines.map((line) => ({ ...line, phase: 'later' }))
  expect(errorsOf({ ...report, lines })).toContain('/lines/0/phase must be equal to one of the allowed values')
})

test('each finding is at one line: that of its step, of its layer, or of the own layer that hid what the base brought', async () => {
  const steps = [classic('ADD file:0ceb84f5 in / '), classic('CMD ["sh"]'), ...history.slice(1)]
  const [finding] = completeReport.findings
  const findings = [
    { ...finding, id: 'a', step: 1 },
    ...[
      { id: 'b', layer: 0, by: 0 },
      { id: 'c', layer: 0, by: 2 },
      { id: 'd', layer: 1, by: 2 },
      { id: 'e', layer: 3, by: undefined },
    ].map((place) => ({ ...finding, ...place, step: undefined })),
  ]
  const { lines } = dockerfileReport(
    {
      ...makeReport(imageOf([]), stackLayers([], false), [], { layers: 1, strength: 'strong', evidence: [] }),
      findings: findings as unknown as DockerfileReport['findings'],
    },
    reconstruct({ history: steps, config: {}, diffIds: ['0', '1', '2', '3'] }),
  )
  expect(lines.filter((line) => line.findings.length > 0).map(({ text, findings: ids }) => [text, ...ids])).toEqual([
    ['ADD <source lost> /', 'b'],
    ['CMD ["sh"]', 'a'],
    ['RUN make', 'd'],
    ['COPY <<a /b', 'c'],
    ['# umoci insert', 'e'],
  ])
})

test('the JSON of a sample image fits the schema', async () => {
  const path = new URL('../sample-images/bloated-python.tar', import.meta.url).pathname
  const { report, record, base, close } = await openAnalysis({ kind: 'path', path }, {})
  close()
  expect(errorsOf(dockerfileReport(report, reconstruct(record, base)))).toEqual([])
})
