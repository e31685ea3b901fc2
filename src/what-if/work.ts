/** Work in small steps, with a pause between any two of them: whoever does it may answer a key meanwhile. */
export type Work<T> = Generator<undefined, T, undefined>

/** Files, or other things that cost as little, of one step: together they take about a millisecond. */
export const STEP = 256

/** Does something with each of some things, so many of them in one step. */
export function* inSteps<T>(things: ArrayLike<T>, step: number, act: (thing: T) => void): Work<void> {
  for (let i = 0; i < things.length; i++) {
    if (i % step === step - 1) yield
    act(things[i] as T)
  }
}

/** Does all of some work in one go, and gives what comes of it. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}
