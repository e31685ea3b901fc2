import type { Located } from '../dockerfile/locate.ts'
import { type Changeable, hasProposal, printProposal, proposeChange } from '../dockerfile/proposals.ts'
import type { Evidence } from './evidence.ts'
import type { Claimed } from './find.ts'
import { type PlacedStep, stepsOf } from './instructions.ts'
import { redactSecrets } from './secret-text.ts'

/** Findings with what to change and where: the changed instruction, and its lines where the Dockerfile is known. */
export function addChanges(bloat: readonly Claimed[], evidence: Evidence, located?: Located): Claimed[] {
  const recorded = recordedInstructions(stepsOf(evidence))
  return bloat.map((claimed) => {
    const { finding } = claimed
    const dockerfileLine = located?.lineOf(finding)
    const change = finding.origin === 'base' ? undefined : changeOf(claimed, located ?? recorded)
    if (dockerfileLine === undefined && change === undefined) return claimed
    return {
      ...claimed,
      finding: {
        ...finding,
        ...(dockerfileLine !== undefined && { dockerfileLine }),
        ...(change !== undefined && { change: redactSecrets(change) }),
      },
    }
  })
}

interface Placed extends Changeable {
  readonly workingDir: string
}

/** The instructions of an image, from its Dockerfile or from its history. */
interface Instructions {
  writersOf(layer: number): readonly Placed[]
  readonly instructions: readonly Placed[]
}

function recordedInstructions(steps: readonly PlacedStep[]): Instructions {
  const instructions = steps.map(({ instruction, workingDir, shell, group }) => ({
    ...instruction,
    // buildah and kaniko do not say which shell ran a command: the one in force did.
    shell: instruction.shell ?? shell,
    workingDir,
    group,
  }))
  return { writersOf: (layer) => instructions.filter(({ group }) => group === layer), instructions }
}

function changeOf(
  { finding, files, installed }: Claimed,
  { writersOf, instructions }: Instructions,
): string | undefined {
  const { rule, layer, by } = finding
  if (!hasProposal(rule)) return undefined
  const paths = files.map(({ path }) => `/${path}`)
  const [hider, ...others] = by === undefined ? [] : writersOf(by)
  for (const writer of writersOf(layer)) {
    const changed = proposeChange(writer, {
      rule,
      paths,
      workingDir: writer.workingDir,
      after: instructions.slice(instructions.indexOf(writer) + 1),
      hider: others.length === 0 ? hider : undefined,
      installer: installed?.installer,
    })
    if (changed !== undefined) return printProposal(changed)
  }
  return undefined
}
