import type { Command } from '../dockerfile/command.ts'
import type { Finding } from '../rules/finding.ts'

/** Where a later command may need what is deleted. */
export const TOGETHER = 'join the two in one RUN, or use a build stage'
/** Where the Dockerfile does not tell. */
export const NO_LINE = 'no one line is known to have written them; leave them out where the layer is made'

/** By rule, or by how the bytes come back. */
const ADVICE: Readonly<Record<string, string>> = {
  'hardlink-copyup':
    'a symbolic link is another kind of file; use ln -s, or make the hard link in the RUN that writes the file',
  'node-build-tools': 'it takes a build stage; build there, and install with npm ci --omit=dev in the final one',
  dedup: 'a link is another kind of file; write the content once, and link the other paths to it (ln -s)',
  part: 'it changes what files are; strip them where they are built (strip, go build -ldflags="-s -w", strip = true of cargo)',
  stage: 'it takes a build stage; build there, and copy only the result into the final one (COPY --from)',
}

/** What to do about a finding that is no edit of a line. */
export function adviceOf({ rule, count, fix }: Finding): string {
  if (rule === 'full-base-image') return `it takes another base image; ${fix}`
  return ADVICE[rule] ?? ADVICE[count] ?? 'it changes what files are'
}

/** What to do where packages were not installed by a RUN of their image. */
export function notInstalled({ flags }: Command): string {
  return flags.some(({ name }) => name === 'from')
    ? 'they come from another stage; there, install without them, or delete them behind the build (npm prune --omit=dev)'
    : 'they come from the build context; leave them out of it by a .dockerignore, and install in a RUN'
}

/** What to do about files that were copied, where the rule does not say that the build context can do without them. */
export function copiedAdvice({ rule }: Finding): string {
  return /^(?:rewritten|overwritten)-later$/.test(rule)
    ? 'a later step may need what was copied; copy each file once: by its name what an earlier step needs, the rest without it (COPY --exclude)'
    : 'a later step may need what was copied; where none does, add it to .dockerignore, else copy it into a build stage or mount it (RUN --mount=type=bind)'
}
