/** The letter that `ls -l` begins a line with, by kind of node. */
const KIND_LETTERS: Readonly<Record<string, string>> = {
  directory: 'd',
  symlink: 'l',
  'block-device': 'b',
  'character-device': 'c',
  fifo: 'p',
}

/** Kind and permission bits as `ls -l` writes them: `-rwsr-xr-x` (POSIX, ls, "The file mode"). */
export function formatMode(kind: string, mode: number): string {
  const bits = Array.from('rwxrwxrwx', (letter, i) => (mode & (0o400 >> i) ? letter : '-'))
  const special = [
    [0o4000, 2, 's'],
    [0o2000, 5, 's'],
    [0o1000, 8, 't'],
  ] as const
  for (const [bit, at, letter] of special) {
    if (mode & bit) bits[at] = bits[at] === 'x' ? letter : letter.toUpperCase()
  }
  return (KIND_LETTERS[kind] ?? '-') + bits.join('')
}
