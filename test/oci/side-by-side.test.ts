import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { sideBySide } from '../../src/oci/side-by-side.ts'

describe('tasks side by side', () => {
  test.each([1, 2, 3, 9])('give their results in order, %i at a time', async (width) => {
    let running = 0
    let most = 0
    const tasks = [5, 1, 3, 0, 2].map((delay, index) => async () => {
      most = Math.max(most, ++running)
      await setTimeout(delay)
      running--
      return index
    })
    expect(await sideBySide(tasks, width)).toEqual([0, 1, 2, 3, 4])
    expect(most).toBe(Math.min(width, 5))
  })

  test('begin nothing after a failure, wait for what runs, and throw the first failure in order', async () => {
    const events: string[] = []
    const task = (name: string, delay: number, fails: boolean) => async () => {
      events.push(`${name} begins`)
      await setTimeout(delay)
      events.push(`${name} ends`)
      if (fails) throw new Error(name)
    }
    const all = [task('slow', 20, true), task('quick', 1, true), task('late', 1, false)]
    await expect(sideBySide(all, 2)).rejects.toThrow('slow')
    expect(events).toEqual(['slow begins', 'quick begins', 'quick ends', 'slow ends'])
  })

  test('of which there are none give nothing', async () => expect(await sideBySide([], 4)).toEqual([]))
})
