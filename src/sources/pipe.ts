import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { Worker } from 'node:worker_threads'
import { UserError } from '../errors.ts'
import type { Feed } from '../oci/byte-source.ts'

/** Cells of the control array, which both threads see. */
const CELL = { filled: 0, taken: 1, ended: 2, stop: 3, lengths: 4 } as const
const SLOTS = 8
const SLOT_BYTES = 512 << 10
/** Milliseconds that a slot may fill up further while its bytes are waited for. */
const PATIENCE = 10

/**
 * Standard input, where it is a pipe, read by a thread of its own into a ring of memory that both threads share:
 * copying out of the pipe takes half the time of a reading, and so goes on beside parsing. Undefined where the stream
 * is no such pipe, or where waiting for it could not be called off.
 */
export function pipeFeed(stream: Readable): Feed | undefined {
  const fd = openAgain(stream)
  if (fd === undefined) return undefined
  const control = new Int32Array(new SharedArrayBuffer(4 * (CELL.lengths + SLOTS)))
  const ring = new SharedArrayBuffer(SLOTS * SLOT_BYTES)
  const slots = Array.from({ length: SLOTS }, (_, i) => Buffer.from(ring, i * SLOT_BYTES, SLOT_BYTES))
  const worker = new Worker(READER, { eval: true, workerData: { fd, control, ring, SLOT_BYTES, SLOTS, CELL } })
  let failure: unknown
  let gone = false
  const stop = () => {
    Atomics.store(control, CELL.stop, 1)
    Atomics.notify(control, CELL.taken)
    nudge()
  }
  const wake = () => Atomics.notify(control, CELL.filled)
  worker.on('error', (error) => {
    failure = error
    wake()
  })
  worker.on('exit', () => {
    gone = true
    closeSync(fd)
    wake()
  })
  stream.on('close', () => {
    if (gone) return
    failure ??= new UserError('standard input was closed before it ended; pipe the whole archive in')
    stop()
    wake()
  })
  // How much has been read of the slot that is next to be taken: where whoever writes pauses, it is not full.
  let offset = 0
  const upTo = (slot: number, length: number) => {
    const bytes = slots[slot]?.subarray(offset, length)
    offset = length
    return bytes
  }
  const release = (slot: number) => {
    offset = 0
    Atomics.store(control, CELL.lengths + slot, 0)
    Atomics.add(control, CELL.taken, 1)
    Atomics.notify(control, CELL.taken)
  }
  // One timer for all times that somebody waits: a limit to each would cost more than what is waited for.
  let paused = false
  const patience = setTimeout(() => {
    paused = true
    wake()
  }, PATIENCE).unref()
  return {
    async read() {
      paused = false
      for (;;) {
        if (failure !== undefined) throw failure
        // In this order, since the end is told after the last bytes.
        const ended = Atomics.load(control, CELL.ended) === 1 || gone
        const taken = Atomics.load(control, CELL.taken)
        const slot = ((taken % SLOTS) + SLOTS) % SLOTS
        if (Atomics.load(control, CELL.filled) !== taken) {
          const length = Atomics.load(control, CELL.lengths + slot)
          if (length > offset) return upTo(slot, length)
          release(slot)
          continue
        }
        if (ended) return undefined
        const length = Atomics.load(control, CELL.lengths + slot)
        if (length > offset) {
          if (paused) return upTo(slot, length)
          patience.refresh()
        }
        await Atomics.waitAsync(control, CELL.filled, taken).value
      }
    },
  }
}

/**
 * The pipe of standard input opened once more, in a way that waits for bytes; undefined where it is no pipe. The end
 * for writing is open meanwhile, since opening a pipe that nobody writes to any more would wait for ever.
 */
function openAgain(stream: Readable): number | undefined {
  if (process.platform !== 'linux' || !('fd' in stream) || stream.fd !== 0) return undefined
  try {
    if (!fstatSync(0).isFIFO()) return undefined
    const end = openSync(STDIN, constants.O_WRONLY | constants.O_NONBLOCK)
    try {
      return openSync(STDIN, constants.O_RDONLY)
    } finally {
      closeSync(end)
    }
  } catch {
    // A pipe of another user, or a system without such files: the stream can still be read.
    return undefined
  }
}

/** Writes a byte into the pipe, so that a thread that waits for one looks up and sees that it should stop. */
function nudge(): void {
  try {
    const end = openSync(STDIN, constants.O_WRONLY | constants.O_NONBLOCK)
    writeSync(end, '\0')
    closeSync(end)
  } catch {
    // The pipe is full, so nobody waits for it.
  }
}

const STDIN = '/proc/self/fd/0'

/** The reading thread, as text: it has no imports, and is the same in the bundle and outside it. */
const READER = `
const { readSync } = require('node:fs')
const { workerData } = require('node:worker_threads')
const { fd, control, ring, SLOT_BYTES, SLOTS, CELL } = workerData
const slots = Array.from({ length: SLOTS }, (_, i) => new Uint8Array(ring, i * SLOT_BYTES, SLOT_BYTES))

for (let turn = 0, ended = false; !ended && Atomics.load(control, CELL.stop) === 0; turn++) {
  for (;;) {
    const taken = Atomics.load(control, CELL.taken)
    if (turn - taken < SLOTS || Atomics.load(control, CELL.stop) === 1) break
    Atomics.wait(control, CELL.taken, taken)
  }
  const index = turn % SLOTS
  let length = 0
  while (length < SLOT_BYTES && Atomics.load(control, CELL.stop) === 0) {
    const got = readSync(fd, slots[index], length, SLOT_BYTES - length, null)
    length += got
    ended = got === 0
    Atomics.store(control, CELL.lengths + index, length)
    // A full slot saves time, unless somebody waits for it.
    if (ended || Atomics.load(control, CELL.taken) === turn) break
  }
  if (length > 0) Atomics.add(control, CELL.filled, 1)
  if (ended) Atomics.store(control, CELL.ended, 1)
  Atomics.notify(control, CELL.filled)
}
`
