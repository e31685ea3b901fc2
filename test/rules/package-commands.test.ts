import { describe, expect, test } from 'vitest'
import { parsePackageCommands } from '../../src/rules/package-commands.ts'

function short(text: string): string[] {
  return parsePackageCommands(text).map(({ program, verb, args }) => `${program} ${verb} [${args.join(' ')}]`)
}

describe('a shell line', () => {
  test.each<[string, string[]]>([
    ['apt-get update', ['apt-get refresh [update]']],
    [
      'apt-get -qq update && apt-get install -y --no-install-recommends curl',
      ['apt-get refresh [-qq update]', 'apt-get install [install -y --no-install-recommends curl]'],
    ],
    ['set -ex;\tapk --no-cache add git', ['apk install [--no-cache add git]']],
    ['DEBIAN_FRONTEND=noninteractive sudo -E /usr/bin/apt update', ['apt refresh [update]']],
    ['if true; then dnf update -y; fi', ['dnf upgrade [update -y]']],
    ['(apt-get update && apt-get upgrade -y)', ['apt-get refresh [update]', 'apt-get upgrade [upgrade -y]']],
    [
      'bash -c "apt-get update && apt-get install -y x"',
      ['apt-get refresh [update]', 'apt-get install [install -y x]'],
    ],
    ['apt-get update\napt-get install \\\n  x', ['apt-get refresh [update]', 'apt-get install [install x]']],
    ['apt-get clean', ['apt-get undefined [clean]']],
    ['zypper -n in --no-recommends x', ['zypper install [-n in --no-recommends x]']],
    ['echo apt-get update', []],
    ["echo 'x && apt-get update'", []],
    ['npm install apk', []],
    ['pip install --upgrade apt', []],
    ['./apt-get.sh update', []],
    ['', []],
  ])('%j runs %j', (text, expected) => {
    expect(short(text)).toEqual(expected)
  })
})
