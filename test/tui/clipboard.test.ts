import { expect, test } from 'vitest'
import { copySequence } from '../../src/tui/clipboard.ts'

test.each([
  ['etc/passwd', '\u001b]52;c;ZXRjL3Bhc3N3ZA==\u0007'],
  ['日本', '\u001b]52;c;5pel5pys\u0007'],
  ['\u001b]52;c;x\u0007', '\u001b]52;c;G101MjtjO3gH\u0007'],
])('%j is copied as base64, which no terminal takes for anything else', (text, sequence) => {
  expect(copySequence(text)).toBe(sequence)
})

test('what is longer than terminals take is not copied', () => {
  expect(copySequence('x'.repeat(56_000))).toContain('\u001b]52;c;')
  expect(copySequence('x'.repeat(57_000))).toBeUndefined()
})
