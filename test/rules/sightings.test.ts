import { expect, it } from 'vitest'
import { sightingsOf } from '../../src/rules/sightings.ts'
import { evidenceOf } from '../helpers/findings.ts'
import { whiteout } from '../helpers/layer.ts'

const own = [
  {
    'app/package.json': '{}',
    'app/node_modules/a/package.json': '{}',
    'app/requirements.txt': 'flask',
    'app/requirements/dev.txt': 'pytest',
    'app/setup.py': '',
    'usr/bin/python3.12': '',
    'usr/bin/python2': '',
    'usr/bin/ruby': '',
  },
  { 'usr/bin/ruby': whiteout },
]

it('what may show projects and interpreters is seen wherever the final rootfs has it', async () => {
  const { node, python, interpreter } = sightingsOf(await evidenceOf({ own }))
  const paths = (found: typeof node) => found.map(({ parent, name }) => `${parent}/${name}`).sort()
  expect(paths(node)).toEqual(['app/node_modules', 'app/node_modules/a/package.json', 'app/package.json'])
  expect(paths(python)).toEqual(['app/requirements.txt', 'app/requirements/dev.txt'])
  expect(paths(interpreter)).toEqual(['usr/bin/python3.12'])
})
