import type { Report, ReportLayer } from '../../src/analysis/report.ts'

type Complete<T> = T extends readonly (infer Element)[]
  ? readonly Complete<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]-?: Complete<T[Key]> }
    : T

const base: ReportLayer = {
  index: 0,
  compression: 'gzip',
  blobBytes: 400_000,
  tarBytes: 1_210_000,
  contentBytes: 1_200_000,
  wastedBytes: 12_810,
  entries: 250,
  createdBy: '/bin/sh -c #(nop) ADD file:0ceb84f5 in / ',
  added: 250,
  modified: 0,
  removed: 0,
}

/** A report with no more than every report has, of an image that wastes a little. */
export const plainReport: Report = {
  schemaVersion: 1,
  image: {
    name: 'app.tar',
    tags: [],
    base: { layers: 1, strength: 'assumed', evidence: [{ marker: 'fallback', strength: 'assumed' }] },
    config: {},
  },
  summary: {
    contentBytes: 1_266_237,
    rootfsBytes: 1_234_212,
    wastedBytes: 32_025,
    efficiency: 0.974_708_526,
    ownContentBytes: 66_237,
    ownWastedBytes: 32_025,
    userWastedPercent: 0.483_491_1,
    blobBytes: 430_000,
    tarBytes: 1_290_000,
    files: 412,
  },
  layers: [
    base,
    {
      ...base,
      index: 1,
      contentBytes: 66_237,
      wastedBytes: 19_215,
      createdBy:
        'RUN /bin/sh -c apt-get update     && apt-get install -y --no-install-recommends curl ca-certificates # buildkit',
    },
    { ...base, index: 2, contentBytes: 0, wastedBytes: 0, createdBy: 'COPY --chown=app src /app/ # buildkit' },
  ],
  wasted: [
    { path: '/var/cache/apt/pkgcache.bin', bytes: 12_810, cause: 'removed', layer: 1, by: 2 },
    { path: '/root/saved.txt', bytes: 12_810, cause: 'metadata-only', differs: ['mode', 'owner'], layer: 0, by: 1 },
    { path: `/srv/${'deep/'.repeat(20)}name.txt`, bytes: 6405, cause: 'duplicate-entry', layer: 1, by: 1 },
  ],
  findings: [],
  suppressed: [],
  savings: {
    own: { safe: 0, likely: 0, review: 0, 'never-auto': 0 },
    base: 0,
    suppressed: { own: 0, base: 0 },
  },
  checks: [],
  warnings: [],
}

/** A report with everything that any report can have; the compiler asks for each key that is added. */
export const completeReport = {
  ...plainReport,
  image: {
    name: 'registry.example/team/app:1.2',
    id: `sha256:${'ab'.repeat(32)}`,
    tags: ['registry.example/team/app:1.2', 'registry.example/team/app:latest'],
    platform: 'linux/arm64/v8',
    created: '2024-05-06T07:08:09Z',
    base: {
      layers: 1,
      name: 'debian:12',
      strength: 'strong',
      evidence: [{ marker: 'producer-change', strength: 'strong', layers: 1, name: 'debian:12' }],
    },
    config: {
      user: 'app',
      workingDir: '/app',
      entrypoint: ['/app/start'],
      cmd: ['--serve'],
      env: ['PATH=/usr/bin:/bin'],
      exposedPorts: ['8080/tcp'],
      volumes: ['/data'],
      labels: { maintainer: 'someone' },
      stopSignal: 'SIGTERM',
    },
  },
  dockerfile: { path: 'Dockerfile', target: 'final' },
  layers: [
    {
      ...base,
      digest: `sha256:${'cd'.repeat(32)}`,
      diffId: `sha256:${'ef'.repeat(32)}`,
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      created: '2024-05-06T07:08:09Z',
      comment: 'buildkit.dockerfile.v0',
      unread: 'encrypted',
      files: [
        {
          path: '/bin',
          pathBytes: 'L2Jpbg==',
          kind: 'symlink',
          size: 0,
          mode: 0o777,
          uid: 0,
          gid: 0,
          link: 'usr/bin',
          change: 'added',
        },
        {
          path: '/a\\xff',
          pathBytes: 'L2H/',
          kind: 'symlink',
          size: 12,
          mode: 0o4755,
          uid: 1000,
          gid: 1000,
          link: 'b',
          change: 'modified',
        },
      ],
    },
  ],
  wasted: [
    { path: '/a\\xff', pathBytes: 'L2H/', bytes: 12, cause: 'metadata-only', differs: ['mtime'], layer: 0, by: 1 },
  ],
  findings: [
    {
      id: 'deleted-later@0-1',
      rule: 'deleted-later',
      title: 'files written in one layer and deleted in a later one',
      severity: 'medium',
      safety: 'safe',
      count: 'shadow',
      origin: 'own',
      layer: 0,
      by: 1,
      step: 3,
      instruction: 'RUN true',
      dockerfileLine: { line: 12, endLine: 13, certainty: 'same' },
      detail: 'in /a',
      bytes: 12,
      compressedBytes: 7,
      attributedBytes: 10,
      files: 1,
      paths: [{ path: '/a\\xff', pathBytes: 'L2H/', bytes: 12 }],
      fix: 'RUN make && rm -rf /src',
      change: 'RUN true \\\n    && rm -rf /a',
    },
  ],
  suppressed: [
    {
      id: 'apt-lists@1-2',
      rule: 'apt-lists',
      title: 'package lists that apt downloaded',
      severity: 'low',
      safety: 'safe',
      origin: 'own',
      layer: 1,
      by: 2,
      bytes: 7,
      attributedBytes: 7,
      files: 1,
      reason: 'they are needed',
      expires: '2030-12-31',
    },
  ],
  savings: { own: { safe: 10, likely: 0, review: 0, 'never-auto': 0 }, base: 0, suppressed: { own: 7, base: 0 } },
  checks: [
    { name: 'lowestEfficiency', threshold: 0.9, value: 0.9747, status: 'pass' },
    { name: 'highestWastedBytes', threshold: null, value: 32_025, status: 'skip' },
    { name: 'highestUserWastedPercent', threshold: 0.1, value: null, status: 'fail' },
    { name: 'findings', severity: 'medium', threshold: 0, value: 1, uncounted: 0, status: 'fail' },
  ],
  warnings: [{ code: 'odd', message: 'app.tar: something is odd.' }],
  rootfs: {
    files: [
      { path: '/bin', pathBytes: 'L2Jpbg==', kind: 'symlink', size: 0, mode: 0o777, uid: 0, gid: 0, link: 'usr/bin' },
    ],
  },
  dive: { efficiencyScore: 0.95, wastedBytes: 64_050, userWastedPercent: null },
  packages: {
    installed: [
      { ecosystem: 'dpkg', name: 'libc6', version: '2.41-12', bytes: 1_000_000, bodies: 260, layer: 0 },
      { ecosystem: 'npm', name: '@scope/app', version: '1.0.0', bytes: 200_000, bodies: 3, layer: 0 },
    ],
    unowned: { bytes: 80_350, bodies: 12 },
    unread: [{ ecosystem: 'rpm', path: '/a\\xff', pathBytes: 'L2H/', reason: 'it is a SQLite file' }],
  },
} satisfies Complete<Report>
