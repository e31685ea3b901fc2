import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { Report } from '../../src/analysis/report.ts'
import { text } from '../../src/reporters/text.ts'
import { completeReport, plainReport } from '../helpers/report.ts'

const write = (report: Report, color = false): string => [...text(report, { color })].join('')

test('a report is image, layers, totals and wasted paths', () => {
  expect(write(plainReport)).toMatchInlineSnapshot(`
    "Image    app.tar
    Base     no name known, 1 layer (assumed: nothing says where it ends)

    Layers
      #  Content   Wasted  Created by
      0   1.2 MB  12.8 kB  ADD file:0ceb84f5 in /
      1  66.2 kB  19.2 kB  RUN apt-get update && apt-get install -y --no-install-re…
      2      0 B      0 B  COPY --chown=app src /app/

    Totals
      Blob bytes       430 kB    430,000  layers as stored
      Tar bytes       1.29 MB  1,290,000  layers uncompressed
      Content bytes   1.27 MB  1,266,237  file bodies of all layers
      Rootfs bytes    1.23 MB  1,234,212  bodies the rootfs shows
      Wasted bytes      32 kB     32,025  bodies it no longer shows
      Own content     66.2 kB     66,237  in layers above the base
      Own wasted        32 kB     32,025  hidden by those layers
      Efficiency      97.47 %  rootfs bytes of content bytes
      User wasted     48.35 %  own wasted bytes of own content bytes
      Files               412  regular files in the final rootfs

    Wasted by cause
        Bytes  Bodies  Cause
      12.8 kB       1  removed
      12.8 kB       1  metadata-only
      6.41 kB       1  duplicate-entry

    Wasted paths
        Bytes  Layers  Cause                      Path
      12.8 kB  1 → 2   removed                    /var/cache/apt/pkgcache.bin
      12.8 kB  0 → 1   metadata-only: mode owner  /root/saved.txt
      6.41 kB  1       duplicate-entry            /srv/deep/deep/d…eep/deep/name.txt
    "
  `)
})

test('a complete report tells more, and lists every path', () => {
  expect(write(completeReport)).toMatchInlineSnapshot(`
    "Image    registry.example/team/app:1.2
    ID       sha256:abababababababababababababababababababababababababababababababab
    Platform linux/arm64/v8
    Base     debian:12, 1 layer (strong: another builder takes over)
    Created  2024-05-06T07:08:09Z
    Tags     registry.example/team/app:1.2, registry.example/team/app:latest

    Layers
      #  Content  Wasted  Created by
      0        ?       ?  [encrypted] ADD file:0ceb84f5 in /

    Totals
      Blob bytes       430 kB    430,000  layers as stored
      Tar bytes       1.29 MB  1,290,000  layers uncompressed
      Content bytes   1.27 MB  1,266,237  file bodies of all layers
      Rootfs bytes    1.23 MB  1,234,212  bodies the rootfs shows
      Wasted bytes      32 kB     32,025  bodies it no longer shows
      Own content     66.2 kB     66,237  in layers above the base
      Own wasted        32 kB     32,025  hidden by those layers
      Efficiency      97.47 %  rootfs bytes of content bytes
      User wasted     48.35 %  own wasted bytes of own content bytes
      Files               412  regular files in the final rootfs

    By dive's formulas
      Wasted bytes      64 kB  64,050
      Efficiency      95.00 %  score
      User wasted        none  share of sizes above the base layer

    Wasted by cause
      Bytes  Bodies  Cause
       12 B       1  metadata-only

    Wasted paths
      Bytes  Layers  Cause                 Path
       12 B  0 → 1   metadata-only: mtime  /a\\xff

    Findings  own 10 B in 1
          12 B  Dockerfile:12, layers 0 → 1: files written in one layer and deleted…
                  RUN true \\
                      && rm -rf /a

    1 warning

    Paths of layer 0
      + 0777 0:0           0 B  /bin → usr/bin
      ~ 4755 1000:1000    12 B  /a\\xff → b

    Paths of the final rootfs
      0777 0:0           0 B  /bin → usr/bin
    "
  `)
})

test('an image without layers has a report', () => {
  const summary = {
    contentBytes: 0,
    rootfsBytes: 0,
    wastedBytes: 0,
    efficiency: 1,
    ownContentBytes: 0,
    ownWastedBytes: 0,
    userWastedPercent: null,
    blobBytes: 0,
    tarBytes: 0,
    files: 0,
  }
  expect(write({ ...plainReport, summary, layers: [], wasted: [] })).toMatchInlineSnapshot(`
    "Image    app.tar
    Base     no name known, 1 layer (assumed: nothing says where it ends)

    Layers
      none

    Totals
      Blob bytes          0 B  0  layers as stored
      Tar bytes           0 B  0  layers uncompressed
      Content bytes       0 B  0  file bodies of all layers
      Rootfs bytes        0 B  0  bodies the rootfs shows
      Wasted bytes        0 B  0  bodies it no longer shows
      Own content         0 B  0  in layers above the base
      Own wasted          0 B  0  hidden by those layers
      Efficiency     100.00 %  rootfs bytes of content bytes
      User wasted        none  own wasted bytes of own content bytes
      Files                 0  regular files in the final rootfs

    Wasted paths
      none
    "
  `)
})

test('only the largest wasted paths are shown, with a count of the others', () => {
  const wasted = Array.from({ length: 1025 }, (_, i) => ({
    path: `/file-${i}`,
    bytes: 2000,
    cause: 'replaced' as const,
    layer: 0,
    by: 1,
  }))
  const lines = write({ ...plainReport, wasted }).split('\n')
  expect(lines).toContain('Wasted paths (the largest 20 of 1,025)')
  expect(lines.filter((line) => line.includes('/file-'))).toHaveLength(20)
  expect(lines).toContain('  … and 1,005 more with 2.01 MB')
})

describe('the count of warnings', () => {
  const warning = { code: 'odd', message: 'Something is odd.' }
  const rows: [number, string][] = [
    [1, '1 warning'],
    [2, '2 warnings'],
  ]
  test.each(rows)('%i is a line', (count, line) => {
    const lines = write({ ...plainReport, warnings: Array.from({ length: count }, () => warning) }).split('\n')
    expect(lines).toContain(line)
  })
})

test('colours only surround what is written without them', () => {
  const colored = write(completeReport, true)
  expect(colored).toContain('\u001b[1mLayers\u001b[22m')
  expect(stripVTControlCharacters(colored)).toBe(write(completeReport))
})
