/** The techniques of the guide to small images, by the number that rules name them by. */
export const TECHNIQUES: ReadonlyMap<number, string> = new Map([
  [1, 'smaller base image'],
  [2, 'multi-stage builds'],
  [3, 'fewer layers'],
  [4, '.dockerignore'],
  [5, 'cleanup in the same layer'],
  [6, 'optimized dependency installation'],
  [7, 'specific tags'],
  [8, 'no unnecessary files'],
  [9, 'distroless images'],
  [10, 'analysis and pruning'],
])
