// Classic builders write the shell in force, whatever it is, before the marker of an instruction that runs nothing.
const NOP = /^[^"'&;|]*#\(nop\) /
// BuildKit writes `RUN |n K=V … shell -c`, others leave out the RUN; n and the build arguments say nothing here.
const SHELL = /^(?:RUN )?(?:\|\d+ .*?)?\/(?:usr\/)?bin\/\w*sh(?: -o pipefail)? -[a-z]*c /
const BUILDKIT = / # buildkit$/

/** An instruction of the history as one short line: without the shell and the marks that builders put around it. */
export function formatCreatedBy(createdBy: string): string {
  const line = createdBy.replace(/\s+/g, ' ').trim().replace(BUILDKIT, '')
  return NOP.test(line) ? line.replace(NOP, '') : line.replace(SHELL, 'RUN ')
}
