/**
 * Runs tasks in order, up to `width` of them at a time, and gives their results in order. After a failure nothing new
 * begins; once what runs has ended, the failure of the first task is thrown.
 */
export async function sideBySide<T>(tasks: readonly (() => Promise<T>)[], width: number): Promise<T[]> {
  const results: T[] = []
  const failures: { index: number; error: unknown }[] = []
  let next = 0
  const work = async () => {
    for (let index = next++; index < tasks.length && failures.length === 0; index = next++) {
      const task = tasks[index]
      if (task === undefined) return
      try {
        results[index] = await task()
      } catch (error) {
        failures.push({ index, error })
      }
    }
  }
  await Promise.all(Array.from({ length: width }, work))
  const [first] = failures.sort((a, b) => a.index - b.index)
  if (first !== undefined) throw first.error
  return results
}
