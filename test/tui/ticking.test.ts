import { describe, expect, test } from 'vitest'
import { openAnalysis } from '../../src/analyse.ts'
import { makeModel } from '../../src/tui/model.ts'
import { rowText } from '../../src/tui/row.ts'
import { currentItemRow } from '../../src/tui/selection.ts'
import { whatIf } from '../../src/what-if/plan.ts'
import { selectFindings } from '../../src/what-if/selection.ts'
import { hardlink, type Tree, whiteout } from '../helpers/layer.ts'
import { Session, sessionOn } from './session.ts'

const bloated = new URL('../../sample-images/bloated-python.tar', import.meta.url).pathname

const app: readonly Tree[] = [
  { 'opt/a': 'a'.repeat(3000), 'opt/b': 'b'.repeat(500), 'opt/c': hardlink('opt/b'), 'srv/d': 'd' },
  { 'opt/a': 'A'.repeat(2000), 'srv/d': whiteout, 'opt/e': 'e'.repeat(100) },
]

function header(session: Session): string {
  return rowText(session.finish().screen().header).trimEnd()
}

/** The paths of the files pane that have a tick. */
function ticked(session: Session, sign = '✓'): (string | undefined)[] {
  const lines = session.lines('files').filter((line) => line.includes(sign))
  return lines.map((line) => line.split(' ').at(-1))
}

describe('a tick', () => {
  test('on a file tells what the image would come to without it', async () => {
    const session = (await sessionOn(app)).press('tab s').press('down t')
    expect(session.footer()).toBe('do not write /opt/a in layer 0')
    expect([ticked(session), header(session)]).toEqual([
      ['a'],
      'app.tar · 1 ticked · content 5.6 kB → 2.6 kB, 3 kB saved',
    ])
    expect(header(session.press('t'))).not.toContain('ticked')
  })

  test('on a directory is one on everything in it', async () => {
    const session = (await sessionOn(app)).press('tab s').press('down t up t')
    expect(ticked(session)).toEqual(['opt/', 'a', 'b', 'c'])
    expect(header(session)).toBe('app.tar · 1 ticked · content 5.6 kB → 2.1 kB, 3.5 kB saved · rootfs changes')
    expect(session.press('down t').footer()).toBe('/opt is ticked, and this with it')
    expect(ticked(session.press('up t'))).toEqual([])
  })

  test('on one of two names of a file saves nothing of its content', async () => {
    const session = (await sessionOn(app)).press('tab s').press('down down t')
    expect(header(session)).toContain('5.6 kB → 5.6 kB, 0 B saved')
    expect(header(session.press('down t'))).toContain('5.6 kB → 5.1 kB, 500 B saved')
  })

  test('is of the layer, or of every layer so far where these are listed', async () => {
    const session = (await sessionOn(app)).press('tab s').press('down t ]')
    expect([session.path(), ticked(session)]).toEqual(['opt/a', []])
    session.press('a t')
    expect(session.footer()).toBe('do not write /opt/a in layers 0, 1')
    expect([ticked(session), header(session)]).toEqual([
      ['a'],
      'app.tar · 2 ticked · content 5.6 kB → 601 B, 5 kB saved · rootfs changes',
    ])
    expect(session.press('t').state.ticks.size).toBe(0)
  })

  test('is refused where nothing is written', async () => {
    const session = (await sessionOn(app)).press('] tab G t')
    expect([session.path(), session.footer()]).toEqual([
      'srv/d',
      'layer 1 writes no file at /srv/d, so there is nothing to tick',
    ])
    expect(session.state.ticks.size).toBe(0)
  })

  test('is an asterisk, and an estimate has a tilde, where there is only ASCII', async () => {
    const session = (await sessionOn(app, { ascii: true })).press('tab s').press('down t')
    expect([ticked(session, '*'), header(session)]).toEqual([
      ['a'],
      'app.tar - 1 ticked - content 5.6 kB -> 2.6 kB, 3 kB saved',
    ])
  })

  test('on a wasted file is one on its path', async () => {
    const session = (await sessionOn(app)).press('w s').press('t')
    expect(session.footer()).toBe('findings and files can be ticked, groups of waste cannot')
    session.press('down t')
    expect([...session.state.ticks]).toEqual(['0 opt/a'])
    expect(session.lines('waste')[2]).toMatch(/^ +3 kB✓/)
  })

  test('comes off with all others', async () => {
    const session = (await sessionOn(app)).press('tab t down t U')
    expect([session.state.ticks.size, session.press('U').footer()]).toEqual([0, 'nothing is ticked'])
  })
})

describe('the sizes', () => {
  test('are worked out beside the keys', async () => {
    const session = (await sessionOn(app)).press('tab s').press('down t')
    expect(rowText(session.screen().header)).toContain('1 ticked · working out')
    expect(session.press('i').lines('image').join('\n')).toMatch(/ticked +1; working out/)
  })

  test('are all beside those of the image', async () => {
    const session = (await sessionOn(app)).press('tab s').press('down t').finish().press('i')
    expect(session.lines('image').join('\n')).toMatch(
      /ticked +1; with that done:\nblob bytes +(\S+ kB) → (\S+ kB), (\S+ kB) saved\ntar bytes +\1 → \2, \3 saved\ncontent bytes +5\.6 kB → 2\.6 kB, 3 kB saved\nfinal rootfs +stays as it is/,
    )
    expect(session.press('U').lines('image').join('\n')).not.toMatch(/saved|ticked/)
  })
})

test('the first line is as wide as the terminal while something is ticked, and ASCII where that is all there is', async () => {
  const session = (await sessionOn(app, { ascii: true })).press('tab t j a t').finish()
  for (const columns of [30, 45, 60, 80, 99, 100, 200]) {
    session.do({ type: 'resize', size: { columns, rows: 24 } })
    expect(rowText(session.screen().header)).toMatch(new RegExp(`^[ -~]{${columns}}$`))
  }
})

describe('on an image with findings', async () => {
  const analysis = await openAnalysis({ kind: 'path', path: bloated }, {})
  analysis.close()
  const { image, stack, bloat } = analysis
  const findings = bloat.map(({ finding }) => finding)
  const session = () => new Session(makeModel(analysis), { size: { columns: 120, rows: 40 } }).press('w')
  const outcome = (one: Session) => one.finish().model.tally.outcomeOf(one.state.ticks)

  test('the safe ones come to what `what-if --apply safe` says', () => {
    const { before, after, blobBytesExact, finalTreeEqual } = whatIf(
      image,
      stack,
      bloat,
      selectFindings(['safe'], findings, []),
    )
    const got = outcome(session().press('S'))
    expect(got).toMatchObject({ before, after, isBlobExact: blobBytesExact, keepsRootfs: finalTreeEqual })
    expect(after.contentBytes).toBeLessThan(before.contentBytes)
  })

  test('each can be ticked that the command can apply, and comes to the same; of the others it is said why not', () => {
    const can = new Set(whatIf(image, stack, bloat, new Set()).plan.map(({ id }) => id))
    const one = session()
    const seen = new Set<string>()
    for (let row = 0; row < findings.length; row++) {
      const at = currentItemRow(one.press(row === 0 ? 'g' : 'down').state, one.model)
      const id = at?.group?.finding?.id ?? ''
      seen.add(id)
      one.press('t')
      expect([id, one.state.ticks.has(id)]).toEqual([id, can.has(id)])
      if (can.has(id)) {
        expect(outcome(one)?.after).toEqual(whatIf(image, stack, bloat, new Set([id])).after)
        one.press('t')
      } else expect(one.footer()).toMatch(/this is advice|cannot be told/)
    }
    expect(seen.size).toBe(findings.length)
  })

  test('the files of a ticked one are ticked with it', () => {
    const one = session().press('t space')
    expect(
      one
        .lines('waste')
        .slice(1, 3)
        .every((line) => line.includes('✓')),
    ).toBe(true)
    expect(one.press('down t').footer()).toBe('its finding is ticked, and all files of it')
  })

  test('its page ticks it as well', () => {
    const one = session().press('v t')
    expect([...one.state.ticks]).toEqual([currentItemRow(one.state, one.model)?.group?.finding?.id])
    expect(one.footer()).not.toBe('')
    const title = () => one.screen().panes[0]?.title
    expect([title(), one.press('t') && title()]).toEqual([
      'Finding: metadata-only-rewrite, ticked',
      'Finding: metadata-only-rewrite',
    ])
  })
})
