/** How the process ends: `ok`, a check of `--ci` failed, or the job could not be done. */
export const ExitCode = { ok: 0, thresholdFailed: 1, couldNot: 2 } as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** An expected failure: a sentence for the user that says what was read, what was wrong and what to do. */
export class UserError extends Error {
  override name = 'UserError'
}

/** A tolerable oddity of the input: a code for programs, and a sentence in which text from the image is escaped. */
export interface Warning {
  readonly code: string
  readonly message: string
}
