import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import type {
  Cause,
  Change,
  Check,
  CheckName,
  Difference,
  EcosystemName,
  Report,
  ReportFile,
  ReportLayer,
  Unread,
} from '../src/analysis/report.ts'
import { json } from '../src/reporters/json.ts'
import { completeReport, plainReport } from './helpers/report.ts'

const schema = JSON.parse(readFileSync(new URL('../schema/report.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(schema)

/** What is wrong with a report, by the schema. */
function errorsOf(report: unknown): string[] {
  validate(report)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

describe('the schema of the report', () => {
  const good: [string, Report][] = [
    ['a plain report', plainReport],
    ['a complete report', completeReport],
    ['a report without layers', { ...plainReport, layers: [], wasted: [] }],
  ]
  test.each(good)('accepts %s, as it is written', (_, report) => {
    expect(errorsOf(JSON.parse([...json(report)].join('')))).toEqual([])
  })

  const [layer] = plainReport.layers
  const bad: [string, object, RegExp][] = [
    ['another version', { ...plainReport, schemaVersion: 2 }, /schemaVersion/],
    ['a key of no meaning', { ...plainReport, extra: 1 }, /additional properties/],
    ['a layer with a key of no meaning', { ...plainReport, layers: [{ ...layer, extra: 1 }] }, /layers\/0.*additional/],
    ['a count below zero', { ...plainReport, layers: [{ ...layer, blobBytes: -1 }] }, /blobBytes must be >= 0/],
    [
      'a path that is not absolute',
      { ...plainReport, wasted: [{ ...plainReport.wasted[0], path: 'a' }] },
      /path must match/,
    ],
    [
      'an efficiency above 1',
      { ...plainReport, summary: { ...plainReport.summary, efficiency: 2 } },
      /efficiency must be <= 1/,
    ],
  ]
  test.each(bad)('refuses %s', (_, report, message) => expect(errorsOf(report).join('\n')).toMatch(message))

  test.each(Object.keys(plainReport))('asks for %s', (key) => {
    const { [key as keyof Report]: _, ...rest } = plainReport
    expect(errorsOf(rest)).toEqual([` must have required property '${key}'`])
  })
})

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, ObjectSchema>>
  readonly items?: ObjectSchema
  readonly $ref?: string
  readonly required?: readonly string[]
  readonly additionalProperties?: unknown
}

/** The keys of every object of a value, by the path to it, `*` for an element. */
function keysOfValue(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((element) => keysOfValue(element, `${path}/*`))
  if (typeof value !== 'object' || value === null || path === '/image/config/labels') return []
  return Object.entries(value).flatMap(([key, member]) => [`${path}/${key}`, ...keysOfValue(member, `${path}/${key}`)])
}

/** The same of a schema; only what it requires where `required` is set. */
function keysOfSchema(part: ObjectSchema, required: boolean, path = ''): string[] {
  if (part.$ref !== undefined) return keysOfSchema(schema.$defs[part.$ref.replace('#/$defs/', '')], required, path)
  if (part.items !== undefined) return keysOfSchema(part.items, required, `${path}/*`)
  return Object.entries(part.properties ?? {})
    .filter(([key]) => !required || part.required?.includes(key))
    .flatMap(([key, member]) => [`${path}/${key}`, ...keysOfSchema(member, required, `${path}/${key}`)])
}

const unique = (keys: readonly string[]): string[] => [...new Set(keys)].sort()

describe('the schema and the Report type agree', () => {
  test('on every key there can be', () => {
    expect(unique(keysOfSchema(schema, false))).toEqual(unique(keysOfValue(completeReport)))
  })

  test('on every key there must be', () => {
    const plainChecks = completeReport.checks.filter(({ name }) => name !== 'findings')
    const bare: Report = {
      ...plainReport,
      wasted: plainReport.wasted.slice(0, 1),
      findings: completeReport.findings.map(
        ({ by, detail, step, dockerfileLine, change, compressedBytes, paths, ...bare }) => ({
          ...bare,
          paths: paths.map(({ path, bytes }) => ({ path, bytes })),
        }),
      ),
      suppressed: completeReport.suppressed.map(({ by, expires, ...bare }) => bare),
      checks: plainChecks,
      warnings: completeReport.warnings,
    }
    expect(unique(keysOfSchema(schema, true))).toEqual(unique(keysOfValue(bare)))
  })

  test('on what a file must have, with and without a change', () => {
    const file: ReportFile = { path: '/a', kind: 'file', size: 0, mode: 0, uid: 0, gid: 0 }
    expect(unique(schema.$defs.file.required)).toEqual(unique(Object.keys(file)))
    expect(unique(schema.$defs.changedFile.required)).toEqual(unique([...Object.keys(file), 'change']))
  })

  test('that nothing else is allowed', () => {
    const objects = [schema, schema.properties.rootfs, ...Object.values<ObjectSchema>(schema.$defs)]
    const open = objects.filter((part) => part.properties !== undefined && part.additionalProperties !== false)
    expect(open).toEqual([])
  })

  // Records, so that the compiler asks for every word that a type is given.
  const kinds: Record<ReportFile['kind'], true> = {
    file: true,
    directory: true,
    symlink: true,
    hardlink: true,
    'block-device': true,
    'character-device': true,
    fifo: true,
    other: true,
  }
  const causes: Record<Cause, true> = {
    removed: true,
    opaque: true,
    replaced: true,
    rewritten: true,
    'metadata-only': true,
    shadowed: true,
    'duplicate-entry': true,
  }
  const differences: Record<Difference, true> = { mode: true, owner: true, xattrs: true, mtime: true }
  const changes: Record<Change, true> = { added: true, modified: true, removed: true, unchanged: true }
  const unread: Record<Unread, true> = { 'non-distributable': true, encrypted: true, 'not-a-filesystem': true }
  const compressions: Record<ReportLayer['compression'], true> = { none: true, gzip: true, zstd: true }
  const statuses: Record<Check['status'], true> = { pass: true, fail: true, skip: true }
  const checks: Record<CheckName, true> = {
    lowestEfficiency: true,
    highestWastedBytes: true,
    highestUserWastedPercent: true,
    findings: true,
  }
  const ecosystems: Record<EcosystemName, true> = {
    dpkg: true,
    apk: true,
    rpm: true,
    pip: true,
    gem: true,
    npm: true,
    jar: true,
    go: true,
  }
  const { file, changedFile, wastedBody, layer, check, ecosystem } = schema.$defs
  const words: [string, object, readonly string[]][] = [
    ['kinds', kinds, file.properties.kind.enum],
    ['kinds of changed files', kinds, changedFile.properties.kind.enum],
    ['causes', causes, wastedBody.properties.cause.enum],
    ['differences', differences, wastedBody.properties.differs.items.enum],
    ['changes', changes, changedFile.properties.change.enum],
    ['reasons to leave a layer unread', unread, layer.properties.unread.enum],
    ['compressions', compressions, layer.properties.compression.enum],
    ['statuses', statuses, check.properties.status.enum],
    ['checks', checks, check.properties.name.enum],
    ['ecosystems', ecosystems, ecosystem.enum],
  ]
  test.each(words)('on the %s', (_, type, given) => expect(unique(given)).toEqual(unique(Object.keys(type))))
})
