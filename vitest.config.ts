import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    // Needs container engines; `npm run test:engines` runs it.
    exclude: ['test/engines/**'],
    // Ends what hangs; a busy machine takes its time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
