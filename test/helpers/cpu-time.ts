/** Milliseconds that this process computes for while something is done; time in which others have the processor is not counted. */
export function cpuTime(action: () => void): number {
  const begun = process.cpuUsage()
  action()
  return process.cpuUsage(begun).user / 1000
}
