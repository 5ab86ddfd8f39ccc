/** One run of an integration of a sandbox: what is said to it is data, so that another process may do it. */
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { idSet } from '../../src/app/id-set.ts'
import type { Deletes, Destination, Mode, Page, RunEvent, RunSummary, Sweep } from '../../src/core/model.ts'
import { sync } from '../../src/core/sync.ts'
import { verify } from '../../src/core/verify.ts'
import type { VerifyReport } from '../../src/core/verify-report.ts'
import { type Clock, systemClock } from '../../src/stripe/clock.ts'
import { stripeConfig } from '../../src/stripe/config.ts'
import { hasher } from '../../src/stripe/hasher.ts'
import { resolveStreams } from '../../src/stripe/selection.ts'
import { type StripeSource, stripeSource } from '../../src/stripe/source.ts'
import { crashing, type Death } from './crashing.ts'

export const replicaKey = 'rk_live_0123456789abcdefghij'
export const hashKey = 'a key of thirty-two bytes or more'

/**
 * Where from, where to, and how far the clocks are ahead of the host's, in milliseconds: looked up at each reading, for
 * tests that move the time while a run lasts.
 */
export interface Way {
  readonly apiBase: string
  readonly address: string
  readonly workDir: string
  readonly ahead: number
}

export interface RunOptions {
  /** Ends the run by the process's death; `sync` then rejects. */
  readonly death?: Death
  /** Milliseconds between loads. */
  readonly flushEvery?: number
  readonly fullRefresh?: boolean
  /** There are more tables than are run: they keep their place. */
  readonly part?: boolean
  readonly modes?: Readonly<Record<string, Mode>>
  readonly deletes?: Deletes
  readonly sweeps?: Readonly<Record<string, Sweep>>
  /** Ids of changed objects that are kept at once; beyond that the lists of many are read again. */
  readonly mostOwed?: number
  /** Objects that rows refer to and no list returns: so many are read by id. */
  readonly heal?: number
  /** Seconds by which the clock of the machine that runs is ahead of the right time. */
  readonly clockOff?: number
  readonly excludeFields?: Readonly<Record<string, readonly string[]>>
  readonly hashFields?: Readonly<Record<string, readonly string[]>>
}

export interface Watch {
  /** Called at every request, from 1, with the stream that it is for. */
  readonly onRequest?: (count: number, stream: string | undefined) => void
  /** Called with every page that is read. */
  readonly onPage?: (page: Page) => void
  /** How to die: see crashing.ts. */
  readonly die?: () => void
  /** Is given what it shall call at each SQL statement. */
  readonly statements?: (reach: () => void) => void
}

export interface Run {
  readonly summary: RunSummary
  readonly events: readonly RunEvent[]
  readonly warnings: readonly string[]
}

/** Runs a hundred times as fast as the host's: waits between attempts and for limits are short; the time of day is right. */
const speed = 100

const lists = (fields: RunOptions['hashFields'] = {}) => new Map(Object.entries(fields))

/** Runs once; `tables` is a list with commas. */
export async function oneRun(
  destination: Destination,
  way: Way,
  tables: string,
  how: RunOptions,
  watch: Watch = {},
): Promise<Run> {
  const clock = clockOf(way, how.clockOff)
  const events: RunEvent[] = []
  const guarded = crashing(destination, how.death, watch.die)
  watch.statements?.(() => guarded.reach('statement'))
  let requests = 0
  await using source = sourceOf(way.apiBase, clock, how.mostOwed)
  const summary = await sync({
    ...settings(way, clock, tables, how),
    source: watch.onPage ? watched(source, watch.onPage) : source,
    destination: guarded.destination,
    ...(how.flushEvery === undefined ? {} : { flushEvery: how.flushEvery }),
    ...(how.fullRefresh ? { fullRefresh: true } : {}),
    ...(how.part ? { part: true } : {}),
    modes: new Map(Object.entries(how.modes ?? {})),
    ...(how.sweeps ? { sweeps: new Map(Object.entries(how.sweeps)) } : {}),
    ...(how.heal === undefined ? {} : { heal: how.heal }),
    report(event) {
      events.push(event)
      if (event.type !== 'request') return
      guarded.reach('request')
      watch.onRequest?.(++requests, event.stream)
    },
  })
  const warnings = events.flatMap((event) => (event.type === 'log' ? event.message : []))
  return { summary, events, warnings }
}

/** Compares a warehouse with its sandbox, and repairs what differs. */
export async function oneRepair(
  destination: Destination,
  way: Way,
  tables: string,
  how: RunOptions,
): Promise<VerifyReport> {
  const clock = clockOf(way)
  await using source = sourceOf(way.apiBase, clock)
  return await verify({
    ...settings(way, clock, tables, how),
    source,
    destination,
    repair: true,
    settle: 0,
    idSet: () => idSet(tmpdir(), randomUUID()),
    sleep: async () => {},
    report: () => {},
  })
}

const clockOf = (way: Pick<Way, 'ahead'>, off = 0): Clock => ({
  wall: () => systemClock.wall() + way.ahead + off * 1000,
  now: () => systemClock.now() * speed,
  after: (ms, run) => systemClock.after(ms / speed, run),
})

const sourceOf = (apiBase: string, clock: Clock, mostOwed?: number) =>
  stripeSource(stripeConfig({ apiKey: replicaKey, apiBase, rate: 1 }), {
    version: 'test',
    clock,
    hasher: hasher(hashKey),
    mostOwed,
  })

const settings = (
  { address, workDir }: Pick<Way, 'address' | 'workDir'>,
  clock: Clock,
  tables: string,
  how: RunOptions,
) => ({
  address,
  integration: 'acme',
  streams: resolveStreams(tables, undefined, lists(how.excludeFields), lists(how.hashFields)),
  workDir,
  clock: clock.wall,
  newId: () => `load-${Math.random()}`,
  signal: new AbortController().signal,
  ...(how.deletes ? { deletes: how.deletes } : {}),
})

function watched(source: StripeSource, onPage: (page: Page) => void): StripeSource {
  return {
    ...source,
    async *read(request) {
      for await (const item of source.read(request)) {
        if (item.kind === 'page') onPage(item)
        yield item
      }
    },
  }
}
