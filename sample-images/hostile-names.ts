import { image, steps } from '../test/helpers/image.ts'
import { layer, symlink, whiteout } from '../test/helpers/layer.ts'
import { dockerSave25 } from '../test/helpers/oci-layout.ts'
import { filler } from './content.ts'
import { packArchive, packed } from './pack.ts'

const ESC = '\u001b'
const BEL = '\u0007'
const CLEAR = `home/clear${ESC}[2J${ESC}[H.txt`
/** Would put the word "owned" on the clipboard of a terminal that allows it. */
const CLIPBOARD = `${ESC}]52;c;b3duZWQ=${BEL}`

/** Names that are valid UTF-8, which tar-stream can write. */
const text = {
  [CLEAR]: filler('clears the screen', 3000),
  [`home/clipboard${CLIPBOARD}.txt`]: 'OSC 52',
  [`home/title${ESC}]0;owned${BEL}.txt`]: 'OSC 0',
  [`home/hyperlink${ESC}]8;;mailto:owned@example.com${BEL}.txt`]: 'OSC 8',
  'home/c1\u009b31m\u009d0;owned\u009c.txt': 'C1 controls as UTF-8',
  'home/line\r\nfake-file.txt': 'CR and LF',
  'home/return\rover.txt': 'CR alone',
  'home/tab\tand\bbackspace.txt': 'C0 controls',
  'home/invoice\u202egpj.exe': 'right-to-left override',
  'home/\u2066isolate\u2069 \u200bzero-width.txt': 'bidi isolates and a zero-width space',
  'home/\u00e9.txt': 'one code point',
  'home/e\u0301.txt': 'two code points that look like one',
  'home/\u{1f469}\u200d\u{1f469}\u200d\u{1f467}.txt': 'one glyph of five code points',
  'home/back\\slash "double" \'single\' `tick` $(sh).txt': 'quoting',
  'home/--help': 'looks like an option',
  'home/trailing space ': 'white space at the end',
  [`home/${'long-'.repeat(59)}`]: 'a path of 300 bytes',
  '../../etc/climbed': 'climbs out of the root',
  'home/shadow': symlink('/etc/shadow'),
  [`home/link${ESC}[31m`]: symlink(`red${ESC}[31m\r\ntarget`),
}

const bytes = layer({
  'home/caf\udce9.txt': filler('e9 in Latin-1', 2000),
  'home/caf\udce8.txt': filler('e8 in Latin-1', 1000),
  'home/\udc9b31m.txt': 'a C1 control as one byte',
  'home/\udcc0\udcaf\udced\udca0\udc80.txt': 'an overlong slash and a surrogate',
  'home/\udcf0\udc9f\udc98.txt': 'a sequence cut short',
})

/** What the layers above remove and replace, so that these names also reach the list of wasted bytes. */
const undone = layer({
  [CLEAR]: whiteout,
  'home/caf\udce9.txt': 'replaced',
})

/** `docker save` (25 or later) of an image whose every text tries to reach the terminal. */
export async function hostileNames(): Promise<Buffer> {
  const build = steps(
    [`COPY ${CLIPBOARD} /home # buildkit`, text],
    [`RUN /bin/sh -c printf '${ESC}[2J${ESC}]0;owned${BEL}' # buildkit`, bytes],
    [`RUN /bin/sh -c true\r\nFROM scratch \u202e# buildkit`, undone],
    ['LABEL note=\u009b31m'],
  )
  const hostile = image({
    ...(await packed(build)),
    tags: ['hostile-names:1.0', `hostile${ESC}[31m\r\n:red${BEL}`],
    config: {
      Env: [`PATH=/bin${ESC}[2J`, 'NOTE=\u202eREVERSED'],
      Cmd: ['sh', '-c', `echo ${CLIPBOARD}`],
      Labels: { [`org.example.${ESC}[1m`]: `${ESC}]8;;mailto:owned@example.com${BEL}click`, note: 'line\r\nbreak' },
    },
    document: { author: `Mallory ${ESC}[5m\u009d0;owned\u009c` },
  })
  return packArchive(dockerSave25([hostile]))
}
