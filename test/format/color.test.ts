import { expect, test } from 'vitest'
import { painter } from '../../src/format/color.ts'

test('paint surrounds text with a style and its end', () => {
  expect(painter(true)('bold', 'x')).toBe('\u001b[1mx\u001b[22m')
  expect(painter(true)('green', 'x')).toBe('\u001b[32mx\u001b[39m')
})

test('without colour, text stays as it is', () => {
  expect(painter(false)('red', 'x')).toBe('x')
})
