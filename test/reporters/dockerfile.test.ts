import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dockerfileReport } from '../../src/analysis/dockerfile-report.ts'
import { reportBase } from '../../src/analysis/make-report.ts'
import type { Report } from '../../src/analysis/report.ts'
import { reconstruct } from '../../src/dockerfile/reconstruct.ts'
import { textWidth } from '../../src/format/width.ts'
import type { HistoryEntry } from '../../src/oci/history.ts'
import { dockerfile } from '../../src/reporters/dockerfile.ts'
import { buildkit, classic, entry } from '../helpers/history.ts'
import { plainReport } from '../helpers/report.ts'

function reported(history: HistoryEntry[], report: Report, config = {}, color = false): string {
  const reconstruction = reconstruct({ history, config, diffIds: report.layers.map(() => undefined) })
  const base = reportBase(reconstruction.base)
  return [
    ...dockerfile(dockerfileReport({ ...report, image: { ...report.image, base } }, reconstruction), { color }),
  ].join('')
}

const history = [
  classic('ADD file:0ceb84f5 in / '),
  classic('CMD ["bash"]'),
  buildkit('RUN /bin/sh -c apt-get update     && apt-get install -y --no-install-recommends curl'),
  buildkit('ENV A=b'),
  buildkit('COPY --chown=app src /app/'),
  buildkit('CMD ["/app/run"]'),
]

test('the Dockerfile shows each layer with its sizes, and how much of each line is certain', () => {
  expect(reported(history, plainReport, { user: 'app', cmd: ['/app/run'], env: ['A=b'] })).toBe(
    `# The Dockerfile of app.tar, reconstructed from its history and config
# Base image: 1 layer, 1.2 MB, 12.8 kB wasted; strong: another builder takes
#   over
# Own: 2 layers, 66.2 kB, 19.2 kB wasted
# build makes a layer; runtime only sets how containers start

FROM <base image unknown>

# layer 0, 1.2 MB, 12.8 kB wasted, base, build, approximate: the names of the
#   sources are not recorded
#   ADD <source lost> /

# runtime, runnable
#   CMD ["bash"]

# layer 1, 66.2 kB, 19.2 kB wasted, build, runnable
RUN apt-get update \\
    && apt-get install -y --no-install-recommends curl

# runtime, runnable
ENV A=b

# layer 2, 0 B, 0 B wasted, build, approximate: a --from is not recorded
COPY --chown=app src /app/

# runtime, runnable
CMD ["/app/run"]

# runtime, inferred: only the image config says so
USER app
`,
  )
})

test('an image without history shows its layers all the same', () => {
  expect(reported([], plainReport)).toBe(
    `# The Dockerfile of app.tar, reconstructed from its history and config
# Base image: 1 layer, 1.2 MB, 12.8 kB wasted; assumed: nothing says where it
#   ends
# Own: 2 layers, 66.2 kB, 19.2 kB wasted
# History and layers differ in number, so which line made which layer is a guess
# build makes a layer; runtime only sets how containers start

FROM <base image unknown>

# layer 0, 1.2 MB, 12.8 kB wasted, base, build, unknown
#   (no history)

# layer 1, 66.2 kB, 19.2 kB wasted, build, unknown
# (no history)

# layer 2, 0 B, 0 B wasted, build, unknown
# (no history)
`,
  )
})

test('instructions that share a layer say so, and an unread layer says why', () => {
  const own = [
    classic('/bin/sh -c make', { empty: true }),
    classic('CMD ["a"]', { comment: 'FROM scratch', empty: false }),
  ]
  const [layer] = plainReport.layers
  const report: Report = { ...plainReport, layers: layer === undefined ? [] : [{ ...layer, unread: 'encrypted' }] }
  const text = reported(own, report)
  expect(text).toContain('# in layer 0, build, runnable\nRUN make\n')
  expect(text).toContain('# layer 0, encrypted, build, runnable\nCMD ["a"]\n')
})

test('colour changes nothing but the looks', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour text begin with one
  const plain = reported(history, plainReport, {}, true).replace(/\u001b\[\d+m/g, '')
  expect(plain).toBe(reported(history, plainReport))
})

test('no text of an image moves the cursor, ends a comment or makes a note too wide', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '\u001b[2J',
      'RUN /bin/sh -c a\u001b]0;x\u0007 && b',
      'x\nRUN evil',
      '\r\n',
      '\u202e',
      'COPY a\nb /c',
      'ENV A=b\nc',
      `RUN /bin/sh -c ${'a'.repeat(200)}`,
    ),
  )
  const step = fc.record({ text: hostile, comment: fc.option(hostile, { nil: undefined }), empty: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), hostile, hostile, (steps, name, label) => {
      const report: Report = { ...plainReport, image: { ...plainReport.image, name } }
      const entries = steps.map(({ text, comment, empty }) =>
        entry(text, comment === undefined ? { empty } : { comment, empty }),
      )
      const text = reported(entries, report, { labels: { [`k${label}`]: label }, user: label })
      expect(text).not.toMatch(/[^\P{Cc}\n\t]|[\p{Cf}\p{Cs}]/u)
      expect(text).not.toMatch(/^(?:RUN )?evil/m)
      const notes = text
        .split('\n')
        .filter((line) => /^# (?: {2}\S|layer \d|in layer \d|The |Base |Own: |wrote )/.test(line))
      expect(notes.filter((line) => textWidth(line) > 80)).toEqual([])
    }),
    { numRuns: 300 },
  )
})
