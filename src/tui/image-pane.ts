import type { Report } from '../analysis/report.ts'
import { formatBytes, formatCount, formatPercent } from '../format/bytes.ts'
import { formatSavings } from '../format/savings.ts'
import { baseText, labelled } from './layer-details.ts'
import type { Model } from './model.ts'
import { makeRow, type Piece, type Row, safeText } from './row.ts'
import type { State } from './state.ts'
import { tickedSizes } from './ticked-sizes.ts'

const LABEL = 14

/** Everything about the image, in as many rows as that takes. */
export function imageRows(state: State, model: Model, width: number): Row[] {
  const { report, base } = model
  const sections = [
    [...identity(report), ...facts('base', [base && `${baseText(base)} (${SURE[base.strength]})`])],
    sizes(report),
    tickedSizes(state, model),
    findings(report),
    runtime(report),
    warnings(report),
  ]
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, i) => [
      ...(i === 0 ? [] : [makeRow([], width)]),
      ...section.flatMap(([label, piece]) => labelled(label, piece, width, LABEL)),
    ])
}

/** How many rows that is. */
export function imageLength(state: State, model: Model, width: number): number {
  return imageRows(state, model, width).length
}

/** How sure it is where the base image ends. */
const SURE: Readonly<Record<NonNullable<Model['base']>['strength'], string>> = {
  exact: 'for certain',
  strong: 'almost certainly',
  medium: 'likely',
  weak: 'perhaps',
  assumed: 'assumed',
}

type Fact = readonly [label: string, piece: Piece]

function facts(label: string, values: readonly (string | undefined)[] = []): Fact[] {
  return values.flatMap((value, i) =>
    value === undefined ? [] : [[i === 0 ? label : '', [safeText(value), 'plain']] as const],
  )
}

function identity({ image }: Report): Fact[] {
  return [
    ['name', [safeText(image.name), 'title']],
    ...facts('ID', [image.id]),
    ...facts('tags', image.tags.length > 1 ? image.tags : []),
    ...facts('platform', [image.platform]),
    ...facts('created', [image.created]),
  ]
}

function sizes({ summary, layers }: Report): Fact[] {
  const { blobBytes, tarBytes, contentBytes, rootfsBytes, wastedBytes, efficiency, userWastedPercent } = summary
  return [
    ['blob bytes', [`${formatBytes(blobBytes)} as stored`, 'size']],
    ['tar bytes', [`${formatBytes(tarBytes)} uncompressed`, 'size']],
    ['content bytes', [`${formatBytes(contentBytes)} in the files of all layers`, 'size']],
    ['rootfs bytes', [`${formatBytes(rootfsBytes)} that the final rootfs shows`, 'size']],
    ['wasted bytes', [`${formatBytes(wastedBytes)} that it no longer shows`, 'waste']],
    ['efficiency', [`${formatPercent(efficiency)} rootfs bytes of content bytes`, 'plain']],
    [
      'user wasted',
      [
        userWastedPercent === null
          ? 'no content above the base image'
          : `${formatPercent(userWastedPercent)} of the content above the base image`,
        'plain',
      ],
    ],
    [
      'counts',
      [`${formatCount(layers.length)} layers, ${formatCount(summary.files)} files in the final rootfs`, 'plain'],
    ],
  ]
}

/** What the findings come to: what can be saved, and what is let pass with the reason for it. */
function findings({ findings: found, savings, suppressed }: Report): Fact[] {
  if (found.length + suppressed.length === 0) return []
  const { own, base, suppressed: passed } = savings
  return [
    ['findings', [formatSavings(own), 'plain']],
    ['', [`${formatBytes(base)} in the base, by another base image alone`, 'plain']],
    ...(suppressed.length === 0
      ? []
      : facts('let pass', [
          `${formatCount(suppressed.length)} with ${formatBytes(passed.own)} own and ${formatBytes(passed.base)} base bytes`,
        ])),
    ...suppressed.map(({ id, bytes, reason, expires }): Fact => {
      const until = expires === undefined ? '' : `, until ${expires}`
      return ['', [safeText(`${id} (${formatBytes(bytes)}${until}): ${reason}`), 'dim']]
    }),
  ]
}

function runtime({ image: { config } }: Report): Fact[] {
  return [
    ...facts('entrypoint', [config.entrypoint && JSON.stringify(config.entrypoint)]),
    ...facts('cmd', [config.cmd && JSON.stringify(config.cmd)]),
    ...facts('user', [config.user]),
    ...facts('working dir', [config.workingDir]),
    ...facts('env', config.env),
    ...facts('ports', config.exposedPorts),
    ...facts('volumes', config.volumes),
    ...facts('stop signal', [config.stopSignal]),
    ...facts(
      'labels',
      Object.entries(config.labels ?? {}).map(([name, value]) => `${name}=${value}`),
    ),
  ]
}

function warnings({ warnings: found }: Report): Fact[] {
  return found.map(({ message }, i) => [i === 0 ? 'warnings' : '', [safeText(message), 'error']] as const)
}
