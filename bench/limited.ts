/** A sync against a sandbox with Stripe's live limits, and what it says about speed, limits and cost. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { mustAgree } from './compare.ts'
import type { Figure, ScenarioOptions } from './figures.ts'
import { runSync } from './measured.ts'
import type { SandboxProcess } from './sandbox-process.ts'

export interface LimitedRun {
  /** Objects of the lists themselves; lines and other children came with them and are not counted. */
  readonly objects: number
  readonly seconds: number
  /** Objects per second, from the first request to the last row's commit. */
  readonly rate: number
  readonly cores: number
  readonly peakMb: number
  readonly requests: number
  /** The endpoint that had the most requests. */
  readonly busiest: { readonly endpoint: string; readonly requests: number }
  /** Share of the requests that were answered 429. */
  readonly limited: number
  /** Requests per second over the middle of the run: without its start and its end. */
  readonly sustained: number
  readonly sandboxCores: number
  readonly detail: Readonly<Record<string, unknown>>
}

/** `lists` are the streams with lists of their own, `tables` all that is selected. */
export async function limitedRun(
  sandbox: SandboxProcess,
  selection: { readonly lists: readonly string[]; readonly tables: string; readonly file: string },
  options: ScenarioOptions,
): Promise<LimitedRun> {
  const before = await sandbox.reset()
  const answered = answers(sandbox)
  const { usage, said } = await runSync({ ...selection, url: sandbox.url }, options)
  const perSecond = await answered.stop()
  const after = await sandbox.state()
  if (said.status !== 'succeeded') throw new Error(`the sync ended as ${JSON.stringify(said)}`)
  const compared = await mustAgree(sandbox, join(options.folder, selection.file), selection.lists)
  const objects = compared.reduce((sum, { rows }) => sum + rows, 0)
  return {
    objects,
    seconds: said.seconds,
    rate: objects / said.seconds,
    cores: usage.cpuSeconds / usage.seconds,
    peakMb: usage.peakMb,
    requests: after.stats.requests,
    busiest: Object.entries(after.stats.endpoints)
      .map(([endpoint, { requests }]) => ({ endpoint, requests }))
      .reduce((a, b) => (b.requests > a.requests ? b : a)),
    limited: after.stats.limited / after.stats.requests,
    sustained: middle(perSecond),
    sandboxCores: (after.cpuSeconds - before.cpuSeconds) / usage.seconds,
    detail: { summary: said, usage, sandbox: after.stats, answersPerSecond: perSecond },
  }
}

/** `objects` per second are what the limits allow, full pages and nothing else being asked for; `target` what is asked for. */
export function speed(run: LimitedRun, what: string, objects: number, target: number): Figure[] {
  return [
    {
      what: `${what}: objects per second, whole run`,
      value: run.rate,
      unit: '/s',
      target: { is: '≥', value: target },
    },
    {
      what: `${what}: of what the limit allows (${objects.toLocaleString('en')}/s)`,
      value: (run.rate / objects) * 100,
      unit: '%',
      target: { is: '≥', value: 90 },
    },
  ]
}

export function cost(run: LimitedRun, what: string): Figure[] {
  return [
    { what: `${what}: answers per second in the middle of the run`, value: run.sustained, unit: '/s' },
    { what: `${what}: answered 429`, value: run.limited * 100, unit: '%', target: { is: '<', value: 1 } },
    {
      what: `${what}: client's processor use`,
      value: run.cores,
      unit: 'cores',
      target: { is: '<', value: 1.4 },
    },
    { what: `${what}: client's peak memory`, value: run.peakMb, unit: 'MB', target: { is: '<', value: 640 } },
    { what: `${what}: sandbox's processor use`, value: run.sandboxCores, unit: 'cores' },
  ]
}

export function limitedNotes(run: LimitedRun, what: string): string[] {
  const { objects, seconds, requests } = run
  return [
    `${what}: ${objects.toLocaleString('en')} objects in ${seconds} s with ${requests.toLocaleString('en')} requests`,
  ]
}

/** Asks the sandbox every second how many requests it has answered. */
function answers(sandbox: SandboxProcess) {
  const stop = new AbortController()
  const perSecond: number[] = []
  const asking = (async () => {
    let last = { at: performance.now(), requests: 0 }
    while (!stop.signal.aborted) {
      await sleep(1_000, undefined, { signal: stop.signal }).catch(() => {})
      const { stats } = await sandbox.state()
      const at = performance.now()
      perSecond.push(
        Math.round(((stats.requests - stats.limited - last.requests) / (at - last.at)) * 10_000) / 10,
      )
      last = { at, requests: stats.requests - stats.limited }
    }
  })()
  return {
    async stop(): Promise<readonly number[]> {
      stop.abort()
      await asking
      return perSecond
    },
  }
}

/** Mean of what lies between the first fifth and the last. */
function middle(values: readonly number[]): number {
  const kept = values.slice(Math.floor(values.length * 0.2), Math.ceil(values.length * 0.8))
  return kept.reduce((sum, value) => sum + value, 0) / Math.max(1, kept.length)
}
