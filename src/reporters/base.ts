import type { ReportBase } from '../analysis/report.ts'

/** What each sign of the base image says. */
export const MARKERS: Readonly<Record<ReportBase['evidence'][number]['marker'], string>> = {
  user: 'as you said',
  'buildah-from': 'buildah names it in the history',
  'buildpacks-label': 'a label names the last layer of the run image',
  'own-builder': 'the entries above bear the name of their builder',
  'producer-change': 'another builder takes over',
  'command-in-the-middle': 'a CMD or ENTRYPOINT stands before more layers',
  'base-label': 'a label of the image names it',
  'official-image': 'its history ends like that of an official image',
  'time-gap': 'the next step is hours younger',
  'os-release': '/etc/os-release names the system',
  fallback: 'nothing says where it ends',
}

/** The base image in one line: its name, its layers, and what says so. */
export function formatBase({ name, layers, strength, evidence }: ReportBase): string {
  const [decisive] = evidence
  const why = decisive === undefined ? strength : `${strength}: ${MARKERS[decisive.marker]}`
  return `${name ?? 'no name known'}, ${layers} ${layers === 1 ? 'layer' : 'layers'} (${why})`
}
