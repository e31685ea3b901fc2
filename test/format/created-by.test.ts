import { describe, expect, test } from 'vitest'
import { formatCreatedBy } from '../../src/format/created-by.ts'
import { cpuTime } from '../helpers/cpu-time.ts'

describe('the instruction', () => {
  const rows: [createdBy: string, expected: string][] = [
    ['RUN /bin/sh -c apt-get update # buildkit', 'RUN apt-get update'],
    ['COPY src /app/ # buildkit', 'COPY src /app/'],
    ['WORKDIR /app/new', 'WORKDIR /app/new'],
    ['RUN |2 A=1.2 TOKEN=a b /bin/bash -o pipefail -c echo one && echo "two" # buildkit', 'RUN echo one && echo "two"'],
    ['|1 A=1 /bin/sh -c make', 'RUN make'],
    ['/bin/sh -c make', 'RUN make'],
    ['RUN /bin/ash -eo pipefail -c make', 'RUN make'],
    ['/bin/sh -c #(nop) ADD file:0ceb in / ', 'ADD file:0ceb in /'],
    ['/bin/sh -c #(nop)  ENV FOO=bar', 'ENV FOO=bar'],
    ['/bin/bash -o pipefail -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'],
    ['cmd /S /C #(nop) USER app', 'USER app'],
    ['/bin/sh -c echo "#(nop) x"', 'RUN echo "#(nop) x"'],
    ['RUN /bin/sh -c apt-get update     && \\\n\tapt-get clean', 'RUN apt-get update && \\ apt-get clean'],
    ['# debian.sh --arch amd64', '# debian.sh --arch amd64'],
    ['echo # buildkit is fine', 'echo # buildkit is fine'],
    ['(no history)', '(no history)'],
    ['', ''],
  ]
  test.each(rows)('of %j is %j', (createdBy, expected) => expect(formatCreatedBy(createdBy)).toBe(expected))
})

test('a hostile history takes no time', () => {
  const texts = ['RUN |1 ', '#(nop)', '/bin/', 's', ' ', '|1 /bin/sh -o pipefail '].map((text) => text.repeat(50_000))
  const time = cpuTime(() => {
    for (const text of texts) formatCreatedBy(text)
  })
  expect(time).toBeLessThan(2000)
})
