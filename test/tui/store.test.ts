import { expect, test } from 'vitest'
import { isComplete } from '../../src/tui/advance.ts'
import { reduce } from '../../src/tui/reduce.ts'
import { initialState, type Request } from '../../src/tui/state.ts'
import { createStore, type Store } from '../../src/tui/store.ts'
import { modelOf } from './session.ts'

const size = { columns: 80, rows: 24 }

async function openStore(files: number): Promise<{ store: Store; requests: Request[] }> {
  const tree = Object.fromEntries(Array.from({ length: files }, (_, i) => [`f${i}`, '']))
  const model = await modelOf([tree])
  const requests: Request[] = []
  const store = createStore((request) => requests.push(request))
  const first = initialState({ size, theme: 'dark', ascii: false, mouse: true })
  store.open({ model, state: reduce(first, { type: 'resize', size }, model) })
  return { store, requests }
}

function complete(store: Store): boolean {
  const session = store.session()
  return session !== undefined && isComplete(session.state, session.model)
}

test('a long list is worked out without anybody pressing a key, and is drawn again then', async () => {
  const { store } = await openStore(5000)
  const { version } = store
  const before = version()
  expect(complete(store)).toBe(false)
  await expect.poll(() => complete(store)).toBe(true)
  expect(version()).toBeGreaterThan(before)
})

test('work ends with the session', async () => {
  const { store } = await openStore(5000)
  const session = store.session()
  store.close()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(session !== undefined && isComplete(session.state, session.model)).toBe(false)
  store.dispatch({ type: 'down' })
  expect(store.session()).toBeUndefined()
})

test('what an action asks for is handed out once, and whoever draws is told', async () => {
  const { store, requests } = await openStore(1)
  let told = 0
  const stop = store.subscribe(() => told++)
  store.dispatch({ type: 'quit' })
  store.dispatch({ type: 'down' })
  stop()
  store.dispatch({ type: 'up' })
  expect([requests, told]).toEqual([[{ kind: 'quit' }], 2])
})
