import { join } from 'node:path'
import { query } from '../../src/app/query.ts'
import { mustAgree } from '../compare.ts'
import type { Figure, Scenario, ScenarioOptions } from '../figures.ts'
import { runUnlimited } from '../measured.ts'
import { plannedRequests } from '../planned.ts'
import { type SandboxProcess, sandboxProcess } from '../sandbox-process.ts'

const table = 'customers'
const file = 'changes.duckdb'
/** Seconds between two syncs. */
const day = 86_400
const page = 100

/** Changes between two syncs: how many, and where they lie. */
interface Pattern {
  readonly changed: number
  readonly where: 'young' | 'scattered'
}

/** The largest of `--millions` is the account's size. */
function sizes(options: ScenarioOptions) {
  if (options.quick) return { objects: 20_000, few: 20, some: 400, many: 4_000 }
  const objects = Math.round(Math.max(...options.millions) * 1_000_000)
  return { objects, few: 100, some: 10_000, many: Math.round(objects / 5) }
}
/** Of the account for which requests are planned, whatever the size of the one that is read. */
const plannedFor = 5_000_000

export const changes: Scenario = {
  about: `A sync of an account of millions of ${table} after nothing, 100, 10,000 and a fifth of them have changed: requests and seconds, beside reading the whole list again, and beside a client that asks for each changed object once.`,
  async run(options) {
    const { objects, few, some, many } = sizes(options)
    await using sandbox = await sandboxProcess({ stream: table, objects }, { latencyMs: 0, rateLimit: 'off' })
    await sandbox.reset()
    const first = await runUnlimited({ url: sandbox.url, tables: table, file }, options)
    const [{ rows: total } = { rows: 0 }] = await mustAgree(sandbox, join(options.folder, file), [table])
    options.say(`${total.toLocaleString('en')} ${table} in ${first.said.seconds} s`)
    const whole = (await sandbox.state()).stats.requests

    const patterns: readonly Pattern[] = [
      { changed: 0, where: 'young' },
      { changed: few, where: 'young' },
      { changed: few, where: 'scattered' },
      { changed: some, where: 'young' },
      { changed: some, where: 'scattered' },
      { changed: many, where: 'young' },
    ]
    const runs: Measured[] = []
    for (const [index, pattern] of patterns.entries()) {
      const run = await one(sandbox, { pattern, total, ahead: (index + 1) * day }, options)
      options.say(`${run.what}: ${run.requests} requests in ${run.seconds} s`)
      runs.push(run)
    }
    const planned = [500, 5].map((every) => plannedRequests(options.quick ? objects : plannedFor, every))
    const peak = Math.max(...runs.map(({ peakMb }) => peakMb))
    return {
      figures: [
        { what: 'objects in the account', value: total, unit: '' },
        { what: 'requests of the first sync, which reads all of them', value: whole, unit: '' },
        { what: 'seconds of the first sync, without limits', value: first.said.seconds, unit: 's' },
        ...runs.flatMap((run) => figuresOf(run, whole)),
        ...planned.map(({ total, changed, requests }) => ({
          what: `${changed.toLocaleString('en')} of ${total.toLocaleString('en')} changed, scattered: requests, planned and not made`,
          value: requests,
          unit: '',
          target: { is: '≤' as const, value: eachOf(changed) },
        })),
        {
          what: "client's peak memory, syncs of changes",
          value: peak,
          unit: 'MB',
          target: { is: '<', value: 640 },
        },
        { what: "client's peak memory, first sync", value: first.usage.peakMb, unit: 'MB' },
      ],
      notes: [
        'young: every second one of the newest objects; their events come over a day, older objects first but for 50,000 neighbours that are mixed. Scattered: as far apart as the whole account allows, in no order',
        'one request per object: computed for a client that asks once whose key it is and reads the events as ours does, and each changed object in one request. Read one page after the other, a hundred events each, the events would take a few requests less (what is planned counts so), and ten thousand of them half a minute',
        'planned and not made: the plan is played against the times of the objects, each batch of 100,000 spread over all of them; reading them takes hours at the limits, and the whole list again fewer requests',
        'the sandbox has no limits and no latency here; at the 25 requests a second that Stripe allows for one list, requests / 25 are the least seconds',
      ],
      detail: { first: { ...first, usage: { ...first.usage, samples: [] } }, runs },
    }
  },
}

/** Requests of the client beside ours: whose key it is, the events, in as many requests as ours, and each object. */
const eachOf = (changed: number, events = Math.ceil(changed / page)) => 1 + events + changed

interface Measured {
  readonly pattern: Pattern
  readonly what: string
  readonly requests: number
  /** What a client needs that reads the events and asks for each changed object once. */
  readonly each: number
  readonly seconds: number
  readonly peakMb: number
  readonly cpuSeconds: number
  readonly rows: number
  readonly endpoints: Readonly<Record<string, { readonly requests: number }>>
}

/** Changes the account, follows, and proves that the warehouse has every change. */
async function one(
  sandbox: SandboxProcess,
  { pattern, total, ahead }: { pattern: Pattern; total: number; ahead: number },
  options: ScenarioOptions,
): Promise<Measured> {
  const { changed, where } = pattern
  await sandbox.admin('POST', 'clock', { advance: day })
  const name = `${where} ${changed}`
  if (changed > 0) {
    const every = where === 'young' ? 2 : Math.floor(total / changed)
    const mixed = where === 'young' ? 50_000 : changed
    const asked = { fields: { name }, count: changed, every, mixed, over: day - 60 }
    await sandbox.admin('PATCH', `objects/${table}`, asked)
  }
  await sandbox.reset()
  const { said, usage } = await runUnlimited({ url: sandbox.url, tables: table, file }, { ...options, ahead })
  const { stats } = await sandbox.state()
  if (said.status !== 'succeeded') throw new Error(`the sync ended as ${JSON.stringify(said)}`)
  const sql = `select count(*) from bench.${table} where name = '${name}'`
  const [[there] = []] = (await query(`duckdb:${join(options.folder, file)}`, sql, 1)).rows
  if (Number(there) !== changed)
    throw new Error(`${there} of ${changed} changed objects are in the warehouse`)
  await mustAgree(sandbox, join(options.folder, file), [table])
  return {
    pattern,
    what: changed === 0 ? 'nothing changed' : `${changed.toLocaleString('en')} changed, ${where}`,
    requests: stats.requests,
    each: eachOf(changed, stats.endpoints['/v1/events']?.requests),
    seconds: said.seconds,
    peakMb: usage.peakMb,
    cpuSeconds: usage.cpuSeconds,
    rows: said.tables.reduce((sum, { rows }) => sum + rows, 0),
    endpoints: stats.endpoints,
  }
}

function figuresOf(run: Measured, whole: number): Figure[] {
  const { what, pattern, requests, each, seconds, cpuSeconds, rows } = run
  const figures: Figure[] = [
    { what: `${what}: requests`, value: requests, unit: '' },
    { what: `${what}: seconds, without limits`, value: seconds, unit: 's' },
  ]
  if (pattern.changed === 0) return figures
  const target = pattern.where === 'young' ? ({ is: '≥', value: 5 } as const) : undefined
  return [
    ...figures,
    { what: `${what}: requests of one per object`, value: each, unit: '' },
    { what: `${what}: one per object to ours`, value: each / requests, unit: '×', ...(target && { target }) },
    {
      what: `${what}: more requests than one per object`,
      value: Math.max(0, requests - each),
      unit: '',
      target: { is: '≤', value: 0 },
    },
    { what: `${what}: the whole list again to ours`, value: whole / requests, unit: '×' },
    { what: `${what}: rows written`, value: rows, unit: '' },
    { what: `${what}: client's CPU`, value: cpuSeconds, unit: 's' },
  ]
}
