import { gzipSync } from 'node:zlib'
import { layer, type Tree } from './layer.ts'
import { tar } from './tar.ts'
import { type StreamOptions, zstd as zstdBytes } from './zstd.ts'

/** How a layer's tar becomes a blob, and what names and media types then end in. */
export interface Compression {
  readonly kind: 'none' | 'gzip' | 'zstd'
  readonly encode: (tar: Uint8Array) => Uint8Array
}

/** Stored as it is. */
export const plain: Compression = { kind: 'none', encode: (bytes) => bytes }

/** One gzip member; its bytes differ between versions of zlib. */
export const gzip: Compression = { kind: 'gzip', encode: (bytes) => gzipSync(bytes) }

/** A zstd stream made of the frames `options` describes. */
export function zstd(options: StreamOptions = {}): Compression {
  return { kind: 'zstd', encode: (bytes) => zstdBytes(bytes, options) }
}

/** Gzip cut into `count` members, followed by `tail` (zero padding, a footer, garbage). */
export function gzipMembers(count: number, tail: Uint8Array = Buffer.alloc(0)): Compression {
  const encode = (bytes: Uint8Array) => {
    const step = Math.max(1, Math.ceil(bytes.length / count))
    const members: Uint8Array[] = []
    for (let at = 0; at === 0 || at < bytes.length; at += step) members.push(gzipSync(bytes.subarray(at, at + step)))
    return Buffer.concat([...members, tail])
  }
  return { kind: 'gzip', encode }
}

/** The 51 bytes that end an eStargz blob: an empty gzip member that says where the table of contents is. */
function stargzFooter(tocOffset: number): Buffer {
  const place = Buffer.from(`${tocOffset.toString(16).padStart(16, '0')}STARGZ`)
  const extra = Buffer.concat([Buffer.from('SG'), Buffer.from([place.length, 0]), place])
  const start = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, extra.length, 0])
  const emptyBlock = Buffer.from([1, 0, 0, 0xff, 0xff])
  return Buffer.concat([start, extra, emptyBlock, Buffer.alloc(8)])
}

/** A layer's tar as BuildKit's eStargz has it: the table of contents lies behind the end of the archive. */
export function stargzLayer(tree: Tree): Buffer {
  const toc = tar([{ name: 'stargz.index.json', body: '{"version":1,"entries":[]}' }])
  return Buffer.concat([layer(tree), toc])
}

/** eStargz: several members and the footer. */
export const stargz: Compression = gzipMembers(4, stargzFooter(0))
