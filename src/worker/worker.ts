/** A worker: takes turns at runs and verifications, and starts what is due. Thin: what it does is in app/service. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AlertContext } from '../app/service/alerts/context.ts'
import { deliver } from '../app/service/alerts/deliver.ts'
import { raiseForAge, raiseForEnds } from '../app/service/alerts/raise.ts'
import type { ServiceContext } from '../app/service/context.ts'
import { adoptDrops } from '../app/service/drops/ask.ts'
import { takeDrop } from '../app/service/drops/drop-turn.ts'
import { forgetOld } from '../app/service/retention.ts'
import { accountLimit, runKind } from '../app/service/runs/kind.ts'
import { takeTurn } from '../app/service/runs/turn.ts'
import { startDue } from '../app/service/scheduler.ts'
import { adopt } from '../app/service/turns/adopt.ts'
import type { TurnOptions } from '../app/service/turns/turn.ts'
import { startDueVerifications } from '../app/service/verify/due.ts'
import { verifyKind } from '../app/service/verify/kind.ts'
import { takeVerificationTurn } from '../app/service/verify/turn.ts'
import { startWanted } from '../app/service/webhooks/receive.ts'

export interface WorkerOptions {
  /** Tells this worker from others in logs and in the runs' rows. */
  readonly name: string
  /** Runs at a time. */
  readonly concurrency: number
  /** What alerts are sent with; absent: no e-mail, and no links. */
  readonly alerts?: Omit<AlertContext, 'service'> | undefined
}

export interface Worker {
  /**
   * Takes nothing more, brings what goes on to a checkpoint and hands it back. Resolves when that is done, or after
   * `patience` milliseconds: what is not handed back by then is another's when this process is silent for half a minute.
   */
  stop(patience: number): Promise<void>
}

const oldEvery = 3_600_000
/** Between two parts of what is deleted, so that it is in nobody's way. */
const oldPause = 200
const adoptEvery = 300_000
/** How often it is looked at what is to be verified by a schedule. */
const verifyTick = 10_000
/** How often the age of tables is looked at. */
const ageEvery = 60_000

/** Starts a worker in this process. */
export async function startWorker(ctx: ServiceContext, options: WorkerOptions): Promise<Worker> {
  const stopping = new AbortController()
  const loops = [
    repeatedly(ctx, stopping.signal, ctx.timing.tick, async () => {
      while ((await startDue(ctx)) > 0 && !stopping.signal.aborted);
    }),
    repeatedly(ctx, stopping.signal, ctx.timing.tick, async () => {
      while ((await startWanted(ctx)) > 0 && !stopping.signal.aborted);
    }),
    repeatedly(ctx, stopping.signal, verifyTick, async () => {
      while ((await startDueVerifications(ctx)) > 0 && !stopping.signal.aborted);
    }),
    repeatedly(ctx, stopping.signal, adoptEvery, async () => {
      const adopted = (await adopt(ctx, runKind)) + (await adopt(ctx, verifyKind)) + (await adoptDrops(ctx))
      if (adopted > 0)
        ctx.log('warn', `runs and verifications that were in no queue, and are now: ${adopted}`)
    }),
    repeatedly(ctx, stopping.signal, oldEvery, async () => {
      while ((await forgetOld(ctx)) && !stopping.signal.aborted) await sleep(oldPause)
    }),
    repeatedly(ctx, stopping.signal, ctx.timing.tick, async () => {
      while ((await raiseForEnds(ctx)) > 0 && !stopping.signal.aborted);
    }),
    repeatedly(ctx, stopping.signal, ageEvery, () => raiseForAge(ctx)),
  ]
  const alerts: AlertContext = { mailer: undefined, url: () => undefined, ...options.alerts, service: ctx }
  const turn: TurnOptions = { worker: options.name, stop: stopping.signal }
  await ctx.queue.deliver((id) => deliver(alerts, id))
  await ctx.queue.work({ concurrency: options.concurrency, groupLimit: accountLimit }, (held) =>
    'drop' in held ? takeDrop(ctx, held, turn) : takeTurn(ctx, held, turn),
  )
  // Beside the runs, which they are not to hold up.
  await ctx.queue.verifications.work({ concurrency: 1, groupLimit: 1 }, (held) =>
    takeVerificationTurn(ctx, held, turn),
  )
  return {
    async stop(patience) {
      // The queue first: what is handed back must not come back to us.
      const done = ctx.queue.stopWork()
      stopping.abort()
      const over = new AbortController()
      await Promise.race([
        Promise.all([done, ...loops]),
        sleep(patience, undefined, { signal: over.signal }).catch(() => {}),
      ])
      over.abort()
    },
  }
}

/** An error is told and ends nothing: the store may be away for a moment. */
async function repeatedly(
  ctx: ServiceContext,
  signal: AbortSignal,
  pause: number,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await work()
    } catch (error) {
      ctx.log('warn', `the worker: ${error instanceof Error ? error.message : String(error)}`)
    }
    await sleep(pause, undefined, { signal }).catch(() => {})
  }
}
