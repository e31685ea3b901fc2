import type { Line, Reconstruction } from '../dockerfile/reconstruct.ts'
import type { Finding, Report, ReportBase, ReportDockerfile, ReportLayer } from './report.ts'

/** One instruction of a reconstructed Dockerfile, with what its layer holds and what was found there. */
export interface DockerfileReportLine extends Omit<Line, 'layer'> {
  /** The layer that it made. */
  readonly layer: Pick<ReportLayer, LayerFact> | undefined
  /** Ids of the findings that are about it, largest first. */
  readonly findings: readonly string[]
}

type LayerFact =
  | 'index'
  | 'digest'
  | 'diffId'
  | 'compression'
  | 'blobBytes'
  | 'tarBytes'
  | 'contentBytes'
  | 'wastedBytes'
  | 'unread'

/** The Dockerfile of an image, and what is bloat in it, as plain data. */
export interface DockerfileReport {
  readonly schemaVersion: 1
  readonly image: { readonly name: string; readonly base: ReportBase }
  /** The user's own Dockerfile, where one was given. */
  readonly dockerfile?: ReportDockerfile
  /** False where history and layers differ in number, so that the layer of each line is a guess. */
  readonly aligned: boolean
  readonly lines: readonly DockerfileReportLine[]
  /** As in the report. */
  readonly findings: readonly Finding[]
}

/** The reconstructed Dockerfile of an image beside the report on it; each finding is at one line. */
export function dockerfileReport(report: Report, { lines, aligned }: Reconstruction): DockerfileReport {
  const { image, layers, findings, dockerfile } = report
  const ids = new Map<Line, string[]>()
  for (const finding of findings) {
    const line = lineOf(finding, lines, image.base)
    if (line !== undefined) ids.set(line, [...(ids.get(line) ?? []), finding.id])
  }
  return {
    schemaVersion: 1,
    image: { name: image.name, base: image.base },
    ...(dockerfile !== undefined && { dockerfile }),
    aligned,
    lines: lines.map((line) => ({ ...line, layer: factsOf(line, layers), findings: ids.get(line) ?? [] })),
    findings,
  }
}

/** The instruction to change: that which wrote the bytes, or hid those of the base. */
function lineOf({ layer, by, step }: Finding, lines: readonly Line[], base: ReportBase): Line | undefined {
  const isHiddenByOwn = layer < base.layers && by !== undefined && by >= base.layers
  const index = isHiddenByOwn ? by : layer
  const one = step === undefined ? undefined : lines.find((line) => line.step === step)
  return one ?? lines.find((line) => line.layer === index)
}

function factsOf({ layer }: Line, layers: readonly ReportLayer[]): DockerfileReportLine['layer'] {
  const found = layer === undefined ? undefined : layers[layer]
  if (found === undefined) return undefined
  const { index, digest, diffId, compression, blobBytes, tarBytes, contentBytes, wastedBytes, unread } = found
  return {
    index,
    ...(digest !== undefined && { digest }),
    ...(diffId !== undefined && { diffId }),
    compression,
    blobBytes,
    tarBytes,
    contentBytes,
    wastedBytes,
    ...(unread !== undefined && { unread }),
  }
}
