import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stackLayers } from '../../src/stack.ts'
import { findBelow } from '../../src/tree/below.ts'
import type { Node } from '../../src/tree/node.ts'
import { find, walk } from '../../src/tree/tree.ts'
import { randomLayers } from '../helpers/random-layers.ts'
import { readBack } from '../helpers/rebuild.ts'

describe('what lies beneath a layer', () => {
  test('is what the stack of the layers beneath it shows there', async () => {
    await fc.assert(
      fc.asyncProperty(randomLayers, async (original) => {
        const layers = await readBack(original)
        const changesetOf = (i: number) => {
          const content = layers[i]?.content
          return typeof content === 'object' ? content.changeset : undefined
        }
        const paths = new Set<string>()
        for (const { index } of layers) walk(changesetOf(index)?.added ?? never(), '', (path) => paths.add(path))
        for (let index = 0; index <= layers.length; index++) {
          const { rootfs } = stackLayers(layers.slice(0, index), false)
          for (const path of paths)
            expect(told(findBelow(changesetOf, index, path)), `${index} ${path}`).toEqual(told(find(rootfs, path)))
        }
      }),
      { numRuns: 100 },
    )
  })

  test('is unknown where a layer that was not read may have it', () => {
    expect(findBelow(() => undefined, 1, 'etc')).toBe('unknown')
    expect(findBelow(() => undefined, 0, 'etc')).toBeUndefined()
  })
})

function never(): never {
  throw new Error('a layer was not read')
}

/** What a node is, whatever lies in it; directories are copied where layers meet. */
function told(node: Node | 'unknown' | undefined): unknown {
  if (typeof node !== 'object' || node.kind !== 'directory') return node
  const { attributes, implied } = node
  return { attributes, implied }
}
