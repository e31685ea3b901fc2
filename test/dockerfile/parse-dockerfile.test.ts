// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a Dockerfile
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { UserError } from '../../src/errors.ts'

/** The instructions of the last stage: lines, word and text. */
function instructions(text: string): unknown[] {
  return (parseDockerfile(text).stages.at(-1)?.instructions ?? []).map(({ line, endLine, word, text: rest }) => [
    line,
    endLine,
    word,
    rest,
  ])
}

describe('a Dockerfile is read with', () => {
  const rows: [string, string, unknown[]][] = [
    ['words in any case', 'from x\nrun make\n', [[2, 2, 'RUN', 'make']]],
    [
      'lines that go on',
      'FROM x\nRUN a \\\n  && b\nUSER c',
      [
        [2, 3, 'RUN', 'a   && b'],
        [4, 4, 'USER', 'c'],
      ],
    ],
    ['white space behind the mark of a line that goes on', 'FROM x\nRUN a \\ \t\nb', [[2, 3, 'RUN', 'a b']]],
    [
      'comments and empty lines within an instruction',
      'FROM x\nRUN a \\\n# no\n\n  # no\n  b\n',
      [[2, 6, 'RUN', 'a   b']],
    ],
    [
      'a mark that is escaped itself',
      'FROM x\nRUN a \\\\\nRUN b',
      [
        [2, 2, 'RUN', 'a \\\\'],
        [3, 3, 'RUN', 'b'],
      ],
    ],
    ['a line that goes on past the end', 'FROM x\nRUN a \\', [[2, 2, 'RUN', 'a']]],
    ['comments and indentation', '# c\n\n  FROM x\n  # d\n\tRUN a', [[5, 5, 'RUN', 'a']]],
    ['carriage returns and a byte order mark', '\ufeffFROM x\r\nRUN a \\\r\n b\r\n', [[2, 3, 'RUN', 'a  b']]],
    [
      'another escape character',
      '# syntax=x\n# Escape = `\nFROM x\nRUN a `\nb\\\nRUN c',
      [
        [4, 5, 'RUN', 'a b\\'],
        [6, 6, 'RUN', 'c'],
      ],
    ],
    [
      'a directive that comes too late',
      '# note\n# escape=`\nFROM x\nRUN a `\nRUN b',
      [
        [4, 4, 'RUN', 'a `'],
        [5, 5, 'RUN', 'b'],
      ],
    ],
    [
      'heredocs',
      'FROM x\nRUN <<EOF\na\n# b\n\nEOF\nUSER c',
      [
        [2, 6, 'RUN', '<<EOF\na\n# b\n\nEOF'],
        [7, 7, 'USER', 'c'],
      ],
    ],
    [
      'heredocs whose end is indented',
      'FROM x\nRUN <<-EOF\n\ta\n\tEOF\nUSER c',
      [
        [2, 4, 'RUN', '<<-EOF\n\ta\n\tEOF'],
        [5, 5, 'USER', 'c'],
      ],
    ],
    ['two heredocs', 'FROM x\nCOPY <<a <<b /\n1\na\n2\nb\n', [[2, 6, 'COPY', '<<a <<b /\n1\na\n2\nb']]],
    [
      'no heredocs where none are allowed',
      'FROM x\nENV A=<<EOF\nUSER b',
      [
        [2, 2, 'ENV', 'A=<<EOF'],
        [3, 3, 'USER', 'b'],
      ],
    ],
  ]
  test.each(rows)('%s', (_, text, expected) => expect(instructions(text)).toEqual(expected))
})

test('flags, sources and heredocs of a COPY are taken apart', () => {
  const [stage] = parseDockerfile('FROM x\nCOPY --from=b --chmod=755 --link "a b" <<c /d/\none\nc\n').stages
  expect(stage?.instructions[0]).toMatchObject({
    flags: [
      { name: 'from', value: 'b' },
      { name: 'chmod', value: '755' },
      { name: 'link', value: undefined },
    ],
    sources: ['a b', '<<c'],
    destination: '/d/',
    heredocs: [{ name: 'c', body: 'one\n' }],
  })
})

test('stages know what they are built on', () => {
  const text = 'ARG V=1\nFROM --platform=linux/amd64 base:${V} AS Build\nRUN a\nFROM build as test\nFROM other\n'
  expect(parseDockerfile(text).stages.map(({ name, from, parent, line }) => [name, from, parent, line])).toEqual([
    ['build', 'base:1', undefined, 2],
    ['test', 'build', 0, 4],
    [undefined, 'other', undefined, 5],
  ])
})

test('variables are replaced by what ARG, ENV and the build say', () => {
  const text = [
    'ARG GLOBAL=g',
    'ARG UNSEEN=u',
    'FROM x AS a',
    'ARG GLOBAL',
    'ARG GIVEN=default',
    'ARG BOTH=arg',
    'ENV BOTH=env PLUS=$GIVEN',
    'COPY $GLOBAL-$UNSEEN $GIVEN ${BOTH}/',
    'FROM a',
    'COPY $GLOBAL $PLUS $BOTH/',
  ].join('\n')
  const { stages } = parseDockerfile(text, { buildArgs: new Map([['GIVEN', 'given']]) })
  const copies = stages.map(({ instructions }) => instructions.findLast(({ word }) => word === 'COPY'))
  expect(copies.map((copy) => [copy?.sources, copy?.destination])).toEqual([
    [['g-${UNSEEN}', 'given'], 'env/'],
    [['${GLOBAL}', 'given'], 'env/'],
  ])
})

test('what ONBUILD leaves runs first in the stages built on it, with the line that it stands on', () => {
  const [, second] = parseDockerfile('FROM x AS a\nONBUILD COPY . /app\nFROM a\nRUN make\n').stages
  expect(second?.instructions.map(({ line, word, text }) => [line, word, text])).toEqual([
    [2, 'COPY', '. /app'],
    [4, 'RUN', 'make'],
  ])
})

describe('what is no Dockerfile is refused:', () => {
  const rows: [string, string, RegExp][] = [
    ['no FROM', '# nothing\n', /^app\.df has no FROM, so it is no Dockerfile; give the one/],
    ['a word that is no instruction', 'FROM x\n\nFETCH y', /^app\.df, line 3: "FETCH" is no instruction; correct it/],
    ['a word that would move the cursor', 'FROM x\n\u001b[2J', /"\\e\[2J" is no instruction/],
    ['an instruction before FROM', 'RUN x\nFROM y', /^app\.df, line 1: RUN comes before the first FROM/],
    ['a heredoc without end', 'FROM x\nRUN <<EOF\na\n', /line 2: the heredoc "EOF" is opened there.*add a line/],
    ['an ONBUILD of nothing', 'FROM x AS a\nONBUILD\nFROM a', /line 2: "" is no instruction/],
  ]
  test.each(rows)('%s', (_, text, message) => {
    const read = () => parseDockerfile(text, { name: 'app.df' })
    expect(read).toThrow(UserError)
    expect(read).toThrow(message)
  })
})

test('any text is a Dockerfile or refused in a sentence', () => {
  const piece = fc.constantFrom(
    'FROM x\n',
    'RUN ',
    'COPY ',
    'ONBUILD ',
    'ARG A=',
    '<<EOF',
    '\nEOF\n',
    '\\\n',
    '#',
    '# escape=`\n',
    '`\n',
    '"',
    '${A:-',
    '\n',
    'a',
    '["a"]',
    'FROM x AS x\n',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 20 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, (source) => {
      try {
        const lines = source.split('\n').length
        for (const { instructions } of parseDockerfile(source).stages) {
          for (const { line, endLine } of instructions) {
            expect(line).toBeGreaterThan(0)
            expect(endLine).toBeGreaterThanOrEqual(line)
            expect(endLine).toBeLessThanOrEqual(lines)
          }
        }
      } catch (error) {
        expect(error).toBeInstanceOf(UserError)
      }
    }),
    { numRuns: 1000 },
  )
})
