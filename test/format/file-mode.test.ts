import { expect, test } from 'vitest'
import { formatMode } from '../../src/format/file-mode.ts'

const rows: [string, number, string][] = [
  ['file', 0o644, '-rw-r--r--'],
  ['file', 0, '----------'],
  ['file', 0o4755, '-rwsr-xr-x'],
  ['file', 0o4644, '-rwSr--r--'],
  ['file', 0o2755, '-rwxr-sr-x'],
  ['directory', 0o1777, 'drwxrwxrwt'],
  ['directory', 0o1776, 'drwxrwxrwT'],
  ['symlink', 0o777, 'lrwxrwxrwx'],
  ['block-device', 0o660, 'brw-rw----'],
  ['character-device', 0o666, 'crw-rw-rw-'],
  ['fifo', 0o600, 'prw-------'],
  ['other', 0o777, '-rwxrwxrwx'],
]
test.each(rows)('a %s of mode %o is %s', (kind, mode, expected) => expect(formatMode(kind, mode)).toBe(expected))
