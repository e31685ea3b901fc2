import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { pipeFeed } from '../../src/sources/pipe.ts'

// Reads standard input through the program's reader of pipes, and tells how many bytes came, and which.

const feed = pipeFeed(process.stdin)
if (feed === undefined) throw new Error('standard input is no pipe that can be read so')
const hash = createHash('sha256')
let bytes = 0
for (let chunk = await feed.read(); chunk !== undefined; chunk = await feed.read()) {
  hash.update(chunk)
  bytes += chunk.length
  if (process.env.TELL !== undefined) console.error(`${bytes} so far`)
  if (process.env.SLOW !== undefined) await setTimeout(2)
}
console.log(`${bytes} ${hash.digest('hex')}`)
