import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { SCENES, takeScene } from '../helpers/scenes.ts'

const root = new URL('../../', import.meta.url)

describe.skipIf(process.platform === 'win32')('the pictures of the README show what the program shows', () => {
  test.each(SCENES)('$name', async (scene) => {
    if (!existsSync(new URL('dist/main.js', root))) throw new Error('dist holds no built command: run `npm run build`')
    const { lines } = await takeScene(scene)
    const shown = readFileSync(new URL(`docs/screens/${scene.name}.txt`, root), 'utf8')
    expect(`${lines.join('\n')}\n`, 'if this is meant to change: npm run screenshots').toBe(shown)
  })
})
