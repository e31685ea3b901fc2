/** How many checks passed and failed; each prints its line when it is done. */
export interface Tally {
  passed: number
  failed: number
  /** Aborted when the run is interrupted: a check that this cuts short is no failure of what it checks. */
  readonly signal: AbortSignal
}

/** Runs one check and prints `ok` or `FAIL` with its name; gives its value, or undefined where it failed. */
export async function check<T>(tally: Tally, name: string, body: () => T | Promise<T>): Promise<T | undefined> {
  try {
    const value = await body()
    tally.passed++
    console.log(`ok ${name}`)
    return value
  } catch (error) {
    tally.signal.throwIfAborted()
    fail(tally, name, error)
    return undefined
  }
}

const SHOWN_LINES = 40

/** Counts and prints a check that failed, with the first lines of why. */
export function fail(tally: Tally, name: string, error: unknown): void {
  tally.failed++
  const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n')
  console.log([`FAIL ${name}`, ...lines.slice(0, SHOWN_LINES).map((line) => `     ${line}`)].join('\n'))
}
