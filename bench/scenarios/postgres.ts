import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Client } from 'pg'
import { heapFor } from '../../src/app/heap.ts'
import type { Cell, ColumnType, Row, Table } from '../../src/core/model.ts'
import { loadTable } from '../../src/core/schema.ts'
import { parseAddress } from '../../src/destinations/postgres/address.ts'
import { postgres as destination, openPostgres } from '../../src/destinations/postgres.ts'
import { batchOf } from '../../test/conformance/rows.ts'
import { type Cluster, npmPrograms, startCluster } from '../../test/support/postgres.ts'
import type { Figure, Scenario, ScenarioOptions } from '../figures.ts'
import { runUnlimited } from '../measured.ts'
import { sandboxProcess } from '../sandbox-process.ts'

/** As wide as invoices are. */
const types: readonly ColumnType[] = [
  ...Array<ColumnType>(20).fill('text'),
  ...Array<ColumnType>(14).fill('integer'),
  ...Array<ColumnType>(6).fill('timestamp'),
  ...Array<ColumnType>(6).fill('boolean'),
  ...Array<ColumnType>(5).fill('json'),
]
const table: Table = loadTable({
  name: 'wide',
  columns: [
    { name: 'id', type: 'text', nullable: false },
    ...types.map((type, at) => ({ name: `c${at}`, type, nullable: true })),
  ],
  key: ['id'],
})

export const postgres: Scenario = {
  about:
    'PostgreSQL on this machine, with fsync: our loads beside one-row upserts of the same rows, and invoices with their lines end to end from a sandbox without limits.',
  async run(options) {
    await using cluster = await startCluster({
      programs: npmPrograms(),
      settings: { fsync: 'on', shared_buffers: '512MB', max_wal_size: '4GB' },
    })
    const merge = await mergeFigures(cluster, options)
    const endToEnd = await endToEndFigures(cluster, options)
    return {
      figures: [...merge.figures, ...endToEnd.figures],
      notes: [
        '51 data columns; half of each load replaces rows of the one before; V8 has the room that it has in a run, for both sides',
        'a one-row upsert is a prepared statement and a commit of its own: over one connection, each after the answer to the one before; and over five connections at once, as some replicators do, where commits share their fsync. The target is for the first; the second is the harder comparison',
        'the client, the sandbox and the server share the processors of this machine',
      ],
      detail: { merge: merge.detail, endToEnd: endToEnd.detail },
    }
  },
}

async function mergeFigures(cluster: Cluster, options: ScenarioOptions) {
  // As a run has it; for both sides.
  using _ = heapFor(destination.caps)
  const loads = options.quick ? 2 : 10
  const each = 20_000
  options.say(`${loads} loads of ${each} rows`)
  const workDir = options.folder
  const signal = new AbortController().signal
  const address = parseAddress(cluster.url(), {})
  const before = await serverCpu(cluster)
  const ours = await (async () => {
    await using warehouse = openPostgres(
      address,
      { integration: 'bench', workDir, signal, report() {} },
      60_000,
    )
    await warehouse.readState()
    await warehouse.prepare([table])
    let seconds = 0
    let cpu = 0
    for (let number = 0; number < loads; number++) {
      const batches = [batchOf(table, { upserts: rows(number * (each / 2), each, number) })]
      const load = { id: `${number}`, packedAt: 0, account: 'acct_1', batches, checkpoints: [] }
      const started = performance.now()
      const used = process.cpuUsage()
      await warehouse.load(load)
      seconds += (performance.now() - started) / 1000
      const { user, system } = process.cpuUsage(used)
      cpu += (user + system) / 1e6
    }
    return { seconds, cpu, rows: loads * each }
  })()
  const ourServer = (await serverCpu(cluster)) - before
  const count = options.quick ? 1_000 : 5_000
  const rate = ours.rows / ours.seconds
  const figures: Figure[] = [
    { what: 'rows per second, loads of 20,000', value: rate, unit: '/s' },
    { what: 'CPU of the client per million rows', value: (ours.cpu / ours.rows) * 1e6, unit: 's' },
    { what: 'CPU of the server per million rows', value: (ourServer / ours.rows) * 1e6, unit: 's' },
  ]
  const upserts: Upserts[] = []
  for (const { connections, how, target } of baselines) {
    options.say(`${count} one-row upserts, ${how}`)
    const single = await oneRowUpserts(cluster, rows(0, count, loads + upserts.length), connections)
    upserts.push(single)
    const cpu = single.client + single.server
    const ourCpu = ours.cpu + ourServer
    figures.push(
      { what: `one-row upserts, ${how}: rows per second`, value: count / single.seconds, unit: '/s' },
      {
        what: `one-row upserts, ${how}: their time to ours`,
        value: rate / (count / single.seconds),
        unit: '×',
        ...(target === undefined ? {} : { target }),
      },
      {
        what: `one-row upserts, ${how}: their CPU to ours, client and server`,
        value: cpu / count / (ourCpu / ours.rows),
        unit: '×',
      },
    )
  }
  return { figures, detail: { ours, ourServer, upserts } }
}

const baselines: readonly { connections: number; how: string; target?: Figure['target'] }[] = [
  { connections: 1, how: 'one after the other', target: { is: '≥', value: 20 } },
  { connections: 5, how: 'five at once' },
]

interface Upserts {
  readonly connections: number
  readonly rows: number
  readonly seconds: number
  /** CPU seconds. */
  readonly client: number
  readonly server: number
}

/** An upsert for each row, over so many connections at once. */
async function oneRowUpserts(cluster: Cluster, given: readonly Row[], connections: number): Promise<Upserts> {
  const names = table.columns.map(({ name }) => name)
  const times = new Set(table.columns.flatMap(({ type }, at) => (type === 'timestamp' ? at : [])))
  const values = names.map((_, at) =>
    times.has(at) ? `to_timestamp($${at + 1}::float8 / 1000000)` : `$${at + 1}`,
  )
  const text = `insert into bench.wide (${names.join(', ')}) values (${values.join(', ')})
    on conflict (id, _account_id) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`
  const before = await serverCpu(cluster)
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new Client({ connectionString: cluster.url() })
      await client.connect()
      return client
    }),
  )
  const used = process.cpuUsage()
  const started = performance.now()
  let next = 0
  await Promise.all(
    clients.map(async (client) => {
      for (let row = given[next++]; row; row = given[next++])
        await client.query({ name: 'upsert', text, values: [...row] })
    }),
  )
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(used)
  await Promise.all(clients.map((client) => client.end()))
  const server = (await serverCpu(cluster)) - before
  return { connections, rows: given.length, seconds, client: (user + system) / 1e6, server }
}

async function endToEndFigures(cluster: Cluster, options: ScenarioOptions) {
  const objects = options.quick ? 5_000 : 200_000
  options.say(`${objects} invoices with their lines, end to end`)
  await using sandbox = await sandboxProcess(
    { stream: 'invoices', objects },
    { latencyMs: 0, rateLimit: 'off' },
  )
  const before = await serverCpu(cluster)
  const run = await runUnlimited(
    { url: sandbox.url, tables: 'invoices,invoice_lines', file: 'postgres', to: cluster.url() },
    options,
  )
  const server = (await serverCpu(cluster)) - before
  const { cpuSeconds: sandboxCpu } = await sandbox.state()
  const [invoices, lines] = ['invoices', 'invoice_lines'].map(
    (name) => run.said.tables.find(({ stream }) => stream === name)?.rows ?? 0,
  ) as [number, number]
  const each = (run.usage.cpuSeconds + server + sandboxCpu) / invoices
  return {
    figures: [
      {
        what: `the most that ${availableParallelism()} processors can do for client, server and sandbox together`,
        value: availableParallelism() / each,
        unit: '/s',
      },
      {
        what: 'invoices with lines per second, end to end',
        value: invoices / run.said.seconds,
        unit: '/s',
        target: { is: '≥', value: 9_000 } as const,
      },
      {
        what: 'CPU of the client per million invoices',
        value: (run.usage.cpuSeconds / invoices) * 1e6,
        unit: 's',
      },
      { what: 'CPU of the server per million invoices', value: (server / invoices) * 1e6, unit: 's' },
      { what: 'CPU of the sandbox per million invoices', value: (sandboxCpu / invoices) * 1e6, unit: 's' },
      {
        what: 'peak memory of the client',
        value: run.usage.peakMb,
        unit: 'MB',
        target: { is: '<', value: 500 } as const,
      },
    ],
    detail: { invoices, lines, server, sandboxCpu, usage: run.usage, summary: run.said },
  }
}

/** As those that come from an answer's JSON: texts in one piece. */
function rows(from: number, count: number, version: number): readonly Row[] {
  const made = Array.from({ length: count }, (_, at): Row => {
    const key = from + at
    const id = `in_${((key * 7919) % 1_000_003).toString(36).padStart(24, '0')}`
    return ['acct_1', version, 1.7e15, null, id, ...types.map((type, column) => cell(type, key, column))]
  })
  return JSON.parse(JSON.stringify(made)) as readonly Row[]
}

function cell(type: ColumnType, key: number, column: number): Cell {
  if (type === 'text') return column % 4 === 3 ? null : `value ${key}-${column} ünder`
  if (type === 'integer') return key * column
  if (type === 'timestamp') return 1.7e15 + key
  if (type === 'boolean') return key % 2 === 0
  return `{"a":${key},"b":["x",{"c":null}]}`
}

/** CPU seconds of the server's first process and of all its connections, which must end. Linux's /proc/…/stat. */
async function serverCpu({ pid, url }: Cluster): Promise<number> {
  const client = new Client({ connectionString: url() })
  await client.connect()
  const others = `select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`
  while ((await client.query(others)).rows.length > 0);
  await client.end()
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // utime, stime, cutime, cstime: fields 14 to 17 of proc(5), in hundredths of a second.
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100
}
