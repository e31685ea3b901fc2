import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    // Needs container engines; `npm run test:engines` runs it.
    exclude: ['test/engines/**'],
    testTimeout: 20_000,
  },
})
