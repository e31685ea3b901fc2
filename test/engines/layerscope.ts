import { fileURLToPath } from 'node:url'
import type { Report, ReportFile, ReportPath } from '../../src/analysis/report.ts'
import type { Row } from './exported.ts'
import { type Lab, run } from './lab.ts'

/** The built program. */
export const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

const asJson = ['--format', 'json', '--files']

/** What the built program reports of an archive, layout or directory. */
export async function reportOf(lab: Lab, ...args: string[]): Promise<Report> {
  return JSON.parse(await run(lab, [process.execPath, program, ...args, ...asJson]))
}

/** What the built program reports of the image that a shell command writes to a pipe. */
export async function reportOfPipe(lab: Lab, command: string, image: string): Promise<Report> {
  const script = `${command} | "\${@:2}"`
  const argv = ['bash', '-o', 'pipefail', '-c', script, 'bash', image, process.execPath, program, ...asJson]
  return JSON.parse(await run(lab, argv))
}

/** The part of a report that has to be one and the same however an engine packs the image. */
export function essence(report: Report): object {
  const { blobBytes: _, ...summary } = report.summary
  const layers = report.layers.map(({ digest: _, mediaType: __, compression: ___, blobBytes: ____, ...layer }) => layer)
  return { summary, layers, wasted: report.wasted, rootfs: report.rootfs, config: report.image.config }
}

/** The paths of the final rootfs, by their bytes (one character each, no slash at either end). */
export function listRootfs(report: Report): Map<string, Row> {
  return new Map((report.rootfs?.files ?? []).map((file) => [pathOf(file), rowOf(file)]))
}

/** The bytes of a path, one character each, without the leading slash. */
export function pathOf({ path, pathBytes }: ReportPath): string {
  const bytes = pathBytes === undefined ? Buffer.from(path) : Buffer.from(pathBytes, 'base64')
  return bytes.toString('latin1').replace(/^\/|\/$/g, '')
}

function rowOf({ kind, size, mode, uid, gid, link }: ReportFile): Row {
  const row = { kind, size, mode: mode.toString(8), uid, gid }
  return kind === 'symlink' && link !== undefined ? { ...row, link } : row
}
