// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of sources
/** Bugs of warehouses: merging, what is whole or nothing, modes. */
import type { Bug } from './bug.ts'

const model = 'test/model/model.test.ts'

export const warehouseBugs: readonly Bug[] = [
  {
    name: 'no version guard in the reference warehouse',
    edits: [
      {
        file: 'src/destinations/memory/merge.ts',
        find: 'if (isNewer(key, versionOf(row))) continue',
        put: '',
      },
    ],
    tests: ['src/destinations/memory.test.ts'],
  },
  {
    name: 'no version guard in PostgreSQL: an older row overwrites a newer one',
    edits: [
      {
        file: 'src/destinations/postgres/dialect.ts',
        find: ' where t._version <= excluded._version`',
        put: '`',
      },
    ],
    tests: ['src/destinations/postgres.test.ts'],
  },
  {
    name: 'PostgreSQL: runs of one name do not take turns, and write their keys as they come',
    edits: [
      {
        file: 'src/destinations/postgres/connection.ts',
        find: 'if (how.queue !== undefined) {',
        put: 'if (how.queue === "") {',
      },
      {
        file: 'src/destinations/postgres/dialect.ts',
        find: "order by ${key.map((name) => converted(dialect, columnOf(table, name))).join(', ')}",
        put: '',
      },
    ],
    tests: ['test/services/overlapping.test.ts'],
  },
  {
    name: 'PostgreSQL: checkpoints are committed before their rows',
    edits: [
      {
        file: 'src/destinations/postgres.ts',
        find: `    async load(load) {
      const held = heldFence()`,
        put: `    async load(load) {
      const held = heldFence()
      await server.transact(
        (early) => ledger(dialect, early, integration).writeCheckpoints(load.checkpoints),
        writing,
      )`,
      },
    ],
    tests: ['src/destinations/postgres/straight.test.ts'],
    named: 'postgres: what the server refuses in the second table',
  },
  {
    name: 'PostgreSQL: two batches of a load are staged under one name',
    edits: [
      {
        file: 'src/destinations/postgres.ts',
        find: 'const name = `stage_${at}`',
        put: `const name = 'stage_0'
      if (at > 0) await session.run('drop table if exists pg_temp.stage_0_u, pg_temp.stage_0_d')`,
      },
      {
        file: 'src/destinations/sql/load.ts',
        find: 'for await (const batch of staged) {',
        put: 'const all = []; for await (const batch of staged) all.push(batch); for (const batch of all) {',
      },
    ],
    tests: ['src/destinations/postgres.test.ts'],
  },
  {
    name: 'PostgreSQL: rows of which one was there are lost with the wrong guess',
    edits: [
      {
        file: 'src/destinations/postgres/straight.ts',
        find: `'rollback to savepoint straight')
        return undefined`,
        put: `'rollback to savepoint straight')
        return 0`,
      },
    ],
    tests: ['src/destinations/postgres/straight.test.ts'],
    named: 'postgres: rows go straight',
  },
  {
    name: 'PostgreSQL: what goes straight replaces newer rows, too',
    edits: [
      {
        file: 'src/destinations/postgres/straight.ts',
        find: `t._version <= \${version} as older`,
        put: 'true as older',
      },
    ],
    tests: ['src/destinations/postgres/straight.test.ts'],
    named: 'postgres: rows go straight',
  },
  {
    name: 'PostgreSQL: one version is taken for that of all rows of a load',
    edits: [
      {
        file: 'src/destinations/postgres/straight.ts',
        find: 'cells.every((cell) => cell === cells[0])',
        put: 'true',
      },
    ],
    tests: ['src/destinations/postgres/straight.test.ts'],
    named: 'postgres: rows go straight',
  },
  {
    name: 'PostgreSQL: a row that others refer to is deleted for the one that replaces it',
    edits: [
      {
        file: 'src/destinations/postgres/straight.ts',
        find: ' and not c.relhastriggers',
        put: '',
      },
    ],
    tests: ['src/destinations/postgres/straight.test.ts'],
    named: 'postgres: a row that others refer to',
  },
  {
    name: 'PostgreSQL: an older copy of a held row is loaded beside the newer one',
    edits: [
      {
        file: 'src/destinations/postgres/held.ts',
        find: 'chunk !== at || start !== to',
        put: 'chunk !== at',
      },
    ],
    tests: ['src/destinations/postgres/held.test.ts'],
  },
  {
    name: 'PostgreSQL: what was removed for good goes straight into its table',
    edits: [
      {
        file: 'src/destinations/postgres.ts',
        find: ' && !removed.has(table.name)',
        put: '',
      },
    ],
    tests: ['src/destinations/postgres/straight.test.ts'],
    named: 'postgres: what was removed for good',
  },
  {
    name: 'PostgreSQL: rows go straight into columns of another type',
    edits: [
      {
        file: 'src/destinations/postgres/straight.ts',
        find: '=== types[column.type].sql)',
        put: '!== undefined)',
      },
    ],
    tests: ['src/destinations/postgres/straight.test.ts'],
    named: 'postgres: what was removed for good',
  },
  {
    name: 'files: a manifest is there before the files that it names',
    edits: [
      {
        file: 'src/destinations/files/apply.ts',
        find: 'for (const one of made) await shelf.keep(entry, one)',
        put: 'for (const one of made) later.push(() => shelf.keep(entry, one))',
      },
      {
        file: 'src/destinations/files/apply.ts',
        find: 'let stages = 0',
        put: 'export const later: (() => Promise<void>)[] = []\n\nlet stages = 0',
      },
      {
        file: 'src/destinations/files/warehouse.ts',
        find: "import { applyLoad, noFence } from './apply.ts'",
        put: "import { applyLoad, later, noFence } from './apply.ts'",
      },
      {
        file: 'src/destinations/files/warehouse.ts',
        find: 'await commit(before, changes)\n      await tidy',
        put: 'await commit(before, changes)\n      for (const keep of later.splice(0)) await keep()\n      await tidy',
      },
    ],
    tests: ['test/services/file-deaths.test.ts'],
    named: 'death at every step',
  },
  {
    name: 'files: what two attempts write has one name',
    edits: [
      {
        file: 'src/destinations/files/write.ts',
        find: "${randomBytes(6).toString('hex')}.${format.extension}",
        put: "${randomBytes(6).toString('hex').replace(/./g, '0')}.${format.extension}",
      },
    ],
    tests: ['src/destinations/files.test.ts', 'test/services/file-deaths.test.ts'],
  },
  {
    name: 'a NUL is left out on its way into PostgreSQL',
    edits: [
      {
        file: 'src/destinations/postgres/escape.ts',
        find: 'mark + digits(unit.charCodeAt(0))',
        put: "unit === '\\0' ? '' : mark + digits(unit.charCodeAt(0))",
      },
    ],
    tests: ['src/destinations/postgres/escape.test.ts'],
  },
  {
    name: 'no version guard in DuckDB: an older row overwrites a newer one',
    edits: [
      {
        file: 'src/destinations/duckdb/dialect.ts',
        find: `    if (newer > 0) {
      await session.run(
        \`delete from \${stage} s using \${target} t where \${sameKey} and t._version > s._version\`,
      )
    }
    if (known > newer) await`,
        put: '    if (known > 0) await',
      },
    ],
    tests: ['src/destinations/duckdb.test.ts'],
  },
  {
    name: 'prunes without a version guard take newer rows, too',
    edits: [
      {
        file: 'src/destinations/memory/merge.ts',
        find: '      versionOf(row) < version &&\n',
        put: '',
      },
    ],
    tests: ['src/destinations/memory.test.ts'],
  },
  {
    name: 'a run that lost the warehouse writes on',
    edits: [
      {
        file: 'src/destinations/sql/ledger.ts',
        find: 'if (String(row?.[0]) === String(fence.epoch) && row?.[1] === fence.token) return',
        put: 'if (row) return',
      },
    ],
    tests: ['src/destinations/duckdb.test.ts'],
  },
  {
    name: 'hard deletes leave no entry: an older copy brings the row back',
    edits: [
      {
        file: 'src/destinations/sql/merge.ts',
        find: "  await enterRemoved(into, table, { alias: 's', sql: `from ${stage} s`, version: 's._version' })\n",
        put: '',
      },
    ],
    tests: ['src/destinations/duckdb.test.ts'],
    named: 'duckdb: incremental: ',
  },
  {
    name: 'hard deletes leave no entry in the reference warehouse',
    edits: [
      {
        file: 'src/destinations/memory/merge.ts',
        find: 'removed.set(key, versionOf(gone))',
        put: '',
      },
    ],
    tests: ['src/destinations/memory.test.ts'],
  },
  {
    name: 'history: an interval stays open when its object is gone from a list',
    edits: [
      {
        file: 'src/destinations/memory/history.ts',
        find: "new Map([...row, ['_valid_to', at], ['_is_current', false], ['_synced_at', load.packedAt]]),",
        put: "new Map([...row, ['_synced_at', load.packedAt]]),",
      },
    ],
    tests: ['src/destinations/memory.test.ts'],
  },
  {
    name: 'history in SQL: an interval stays open when its object is gone from a list',
    edits: [
      {
        file: 'src/destinations/sql/history.ts',
        find: 'set _valid_to = ${at}, _is_current = false, _synced_at',
        put: 'set _synced_at',
      },
    ],
    tests: ['src/destinations/duckdb.test.ts'],
    named: 'duckdb: history: ',
  },
  {
    name: 'history: content that is read again opens an interval',
    edits: [
      {
        file: 'src/destinations/memory/history.ts',
        find: 'if (run?.hash === point.hash) run.points.push(point)',
        put: 'if (run?.hash === point.hash && point.version === 0) run.points.push(point)',
      },
    ],
    tests: [model],
  },
  {
    name: 'append in DuckDB: a version that comes again is there twice',
    edits: [
      {
        file: 'src/destinations/duckdb/dialect.ts',
        find: 'if (known > newer) await session.run(`delete',
        put: "if (known > newer && !table.key.includes('_version')) await session.run(`delete",
      },
    ],
    tests: ['src/destinations/duckdb.test.ts'],
    named: 'duckdb: append: ',
  },
  {
    name: 'a transaction of DuckDB is committed in two parts, checkpoints first',
    edits: [
      {
        file: 'src/destinations/sql/load.ts',
        find: '  const tables = new Map<string, { rows: number; deleted: number }>()\n',
        put: "  await books.writeCheckpoints(into.load.checkpoints)\n  await into.session.run('commit')\n  await into.session.run('begin')\n  const tables = new Map<string, { rows: number; deleted: number }>()\n",
      },
    ],
    tests: ['src/destinations/duckdb/load.test.ts'],
  },
]
