import { expect, test } from 'vitest'
import { prettyCommand } from '../../src/tui/command.ts'

const rows: [string, string, number, string[]][] = [
  ['a single command is one line', 'COPY . /app # buildkit', 80, ['COPY . /app']],
  ['a chain has a line for each command', '/bin/sh -c a && b || c', 80, ['RUN a', '  && b', '  || c']],
  ['a semicolon ends a line', 'RUN set -eux; a; b', 80, ['RUN set -eux;', '  a;', '  b']],
  ['a pipe stays on its line', 'RUN a | b', 80, ['RUN a | b']],
  ['quoted text stays whole', `RUN echo "a && b" '; c' && d`, 80, [`RUN echo "a && b" '; c'`, '  && d']],
  ['an escaped quote opens nothing', 'RUN echo \\" && b', 80, ['RUN echo \\"', '  && b']],
  ['a backslash in single quotes is only itself', "RUN echo '\\' && b", 80, ["RUN echo '\\'", '  && b']],
  ['a quote that is never closed takes the rest', 'RUN echo "a && b', 80, ['RUN echo "a && b']],
  ['a long command is wrapped', 'RUN one two three', 12, ['RUN one', '  two', '  three']],
  ['nothing is an empty line', '', 80, ['']],
  ['controls are shown', 'RUN \u001b[2J', 80, ['RUN \\e[2J']],
]
test.each(rows)('%s', (_, command, width, expected) => expect(prettyCommand(command, width)).toEqual(expected))
