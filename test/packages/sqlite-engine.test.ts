import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readSqliteTable } from '../../src/packages/sqlite.ts'
import { temporaryFolder } from '../helpers/deliver.ts'

/** The engine that newer Nodes have. */
const engine = (process as { getBuiltinModule?: (name: string) => unknown }).getBuiltinModule?.('node:sqlite') as
  | { DatabaseSync: new (path: string) => Database }
  | undefined

interface Database {
  exec(sql: string): void
  prepare(sql: string): { all(...values: unknown[]): Record<string, unknown>[]; run(...values: unknown[]): void }
  close(): void
}

describe.skipIf(engine === undefined)('a database of the engine itself', () => {
  it.each([
    [512, 0, 'delete'],
    [1024, 1, 'wal'],
    [4096, 2, 'wal'],
    [65_536, 0, 'wal'],
  ])('is read as the engine reads it: pages of %d bytes, auto_vacuum %d, journal_mode %s', (bytes, vacuum, mode) => {
    const folder = temporaryFolder()
    onTestFinished(() => folder.remove())
    const path = join(folder.path, 'rpmdb.sqlite')
    const database = new (engine as NonNullable<typeof engine>).DatabaseSync(path)
    database.exec(`PRAGMA page_size=${bytes}; PRAGMA auto_vacuum=${vacuum}; PRAGMA journal_mode=${mode}`)
    database.exec('PRAGMA wal_autocheckpoint=40; CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)')
    const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)')
    for (let i = 0; i < 400; i++) {
      insert.run(Buffer.alloc((i * 7919) % 9000, i))
      if (i % 100 === 50) database.exec(`DELETE FROM Packages WHERE hnum % 3 = ${i % 3}`)
    }
    // While it is open, a part of it is still in its log.
    const copy = join(folder.path, 'copy')
    copyFileSync(path, copy)
    const log = mode === 'wal' ? readFileSync(`${path}-wal`) : undefined
    const expected = database.prepare('SELECT blob FROM Packages ORDER BY hnum').all()
    database.close()
    const found = [...readSqliteTable(readFileSync(copy), 'Packages', log)].map(([, blob]) => blob as Buffer)
    expect(found.length).toBe(expected.length)
    expect(Buffer.concat(found).equals(Buffer.concat(expected.map(({ blob }) => blob as Uint8Array)))).toBe(true)
  })
})
