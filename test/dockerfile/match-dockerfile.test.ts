// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a Dockerfile
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchDockerfile } from '../../src/dockerfile/match-dockerfile.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { readSteps } from '../../src/dockerfile/steps.ts'
import type { HistoryEntry } from '../../src/oci/history.ts'
import { buildkit, classic, entry } from '../helpers/history.ts'

/** Which step comes from which lines, and how surely. */
function match(history: HistoryEntry[], dockerfile: string, target?: string): string[] {
  const layers = history.filter(({ emptyLayer }) => !emptyLayer).length
  return matchDockerfile(readSteps(history, layers).steps, parseDockerfile(dockerfile), target).map(
    ({ step, layer, line, endLine, certainty }) =>
      `${step}${layer === undefined ? '' : ` (layer ${layer})`}: ${line}-${endLine} ${certainty}`,
  )
}

const base = [classic('ADD file:0ceb84f5 in / '), classic('CMD ["bash"]')]

describe('steps come from the lines of', () => {
  const rows: [string, HistoryEntry[], string, string[]][] = [
    [
      'the final stage, and those of the base from none',
      [...base, buildkit('RUN /bin/sh -c a   && b'), buildkit('COPY --chown=1:1 src /app/'), buildkit('CMD ["x"]')],
      'FROM go AS build\nRUN a && b\nFROM debian\nRUN a \\\n  && b\nCOPY --from=build --chown=1:1 src /app/\nCMD ["x"]\n',
      ['2 (layer 1): 4-5 same', '3 (layer 2): 6-6 same', '4: 7-7 same'],
    ],
    [
      'the stages that the final one is built on',
      [buildkit('RUN /bin/sh -c one'), buildkit('RUN /bin/sh -c two')],
      'FROM x AS a\nRUN one\nFROM y\nRUN other\nFROM a\nRUN two\n',
      ['0 (layer 0): 2-2 same', '1 (layer 1): 6-6 same'],
    ],
    [
      'an ONBUILD of another stage',
      [buildkit('COPY . /app'), buildkit('RUN /bin/sh -c make')],
      'FROM x AS a\nONBUILD COPY . /app\nFROM a\nRUN make\n',
      ['0 (layer 0): 2-2 same', '1 (layer 1): 4-4 same'],
    ],
    [
      'the same text, in order',
      [buildkit('RUN /bin/sh -c a'), buildkit('RUN /bin/sh -c a')],
      'FROM x\nRUN a\nRUN a\n',
      ['0 (layer 0): 2-2 same', '1 (layer 1): 3-3 same'],
    ],
    [
      'a file that was changed since',
      [
        buildkit('RUN /bin/sh -c apt-get install -y curl git'),
        buildkit('RUN /bin/sh -c rm -rf /x'),
        buildkit('USER a'),
      ],
      'FROM x\nRUN apt-get install -y curl vim\nRUN make something else\nUSER a\n',
      ['0 (layer 0): 2-2 similar', '2: 4-4 same'],
    ],
    [
      'a file with heredocs',
      [buildkit('RUN /bin/sh -c a\nb\n'), buildkit('RUN /bin/sh -c cat <<E > /x\n1\nE'), buildkit('COPY <<f /f')],
      'FROM x\nRUN <<EOF\na\nb\nEOF\nRUN cat <<E > /x\n1\nE\nCOPY <<f /f\n2\nf\n',
      ['0 (layer 0): 2-5 same', '1 (layer 1): 6-8 same', '2 (layer 2): 9-11 same'],
    ],
    [
      'a file with variables',
      [
        buildkit('ENV DIR=/app'),
        buildkit('WORKDIR /app'),
        buildkit('COPY a-1.0 /app/'),
        buildkit('RUN |1 V=1.0 /bin/sh -c get $V'),
      ],
      'FROM x\nARG V=1.0\nENV DIR=/app\nWORKDIR ${DIR}\nCOPY a-$V ${DIR}/\nRUN --mount=type=cache,target=/c get $V\n',
      ['0: 3-3 same', '1 (layer 0): 4-4 same', '2 (layer 1): 5-5 same', '3 (layer 2): 6-6 same'],
    ],
    [
      'another shell and of exec forms',
      [
        buildkit('SHELL [/bin/bash -c]'),
        buildkit('RUN /bin/bash -c a'),
        buildkit('RUN /b c'),
        buildkit('ENTRYPOINT ["/bin/bash" "-c" "d e"]'),
      ],
      'FROM x\nSHELL ["/bin/bash", "-c"]\nRUN a\nRUN ["/b", "c"]\nENTRYPOINT d e\n',
      ['0: 2-2 same', '1 (layer 0): 3-3 same', '2 (layer 1): 4-4 same', '3: 5-5 same'],
    ],
    [
      'a classic build, which forgets the sources',
      [classic('WORKDIR /app'), classic('COPY file:0ceb84f5 in /app/x '), classic('/bin/sh -c make')],
      'FROM x\nWORKDIR /app\nCOPY x x\nRUN make\n',
      ['0 (layer 0): 2-2 same', '1 (layer 1): 3-3 similar', '2 (layer 2): 4-4 same'],
    ],
    [
      'a build of buildah, all in one layer',
      [
        classic('/bin/sh -c one', { empty: true }),
        classic('COPY dir:0ceb84f5 in /a ', { empty: true }),
        classic('CMD ["a"]', { comment: 'FROM x', empty: false }),
      ],
      'FROM x\nRUN one\nCOPY a /a\nCMD ["a"]\n',
      ['0 (layer 0): 2-2 same', '1 (layer 0): 3-3 similar', '2 (layer 0): 4-4 same'],
    ],
    [
      'a build of kaniko',
      [entry('COPY --from=build /out /opt', { author: 'kaniko' }), entry('RUN cp a b', { author: 'kaniko' })],
      'FROM x AS build\nFROM y\nCOPY --from=build /out /opt\nRUN cp a b\n',
      ['0 (layer 0): 3-3 same', '1 (layer 1): 4-4 same'],
    ],
    ['no file, where nothing is alike', [buildkit('RUN /bin/sh -c a'), entry('umoci insert')], 'FROM x\nRUN b\n', []],
  ]
  test.each(rows)('%s', (_, history, dockerfile, expected) => expect(match(history, dockerfile)).toEqual(expected))
})

test('another stage can be the target', () => {
  const dockerfile = 'FROM x AS Debug\nRUN a\nFROM x\nRUN a\n'
  expect(match([buildkit('RUN /bin/sh -c a')], dockerfile, 'debug')).toEqual(['0 (layer 0): 2-2 same'])
  expect(match([buildkit('RUN /bin/sh -c a')], dockerfile)).toEqual(['0 (layer 0): 4-4 same'])
})

test('every step of a build is found in its Dockerfile, and the base in none', () => {
  const instruction = fc.constantFrom(
    ['RUN make all', 'RUN /bin/sh -c make all'],
    ['RUN a \\\n  && b', 'RUN /bin/sh -c a   && b'],
    ['COPY a b /c/', 'COPY a b /c/'],
    ['ENV A=b', 'ENV A=b'],
    ['USER app', 'USER app'],
    ['EXPOSE 80', 'EXPOSE [80/tcp]'],
    ['CMD ["x", "y"]', 'CMD ["x" "y"]'],
  )
  fc.assert(
    fc.property(fc.array(instruction, { maxLength: 15 }), (pairs) => {
      const dockerfile = `FROM debian\n${pairs.map(([written]) => `${written}\n`).join('')}`
      const found = match([...base, ...pairs.map(([, recorded = '']) => buildkit(recorded))], dockerfile)
      expect(found.filter((line) => line.endsWith('same') || line.includes('similar'))).toHaveLength(pairs.length)
      expect(found.map((line) => Number(line.split(/[ :]/, 1)[0]))).toEqual(pairs.map((_, i) => i + 2))
    }),
  )
})
