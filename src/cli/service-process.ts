/** What `sluice serve` and `sluice worker` share: a process that runs until it is told to stop. */
import { hostname } from 'node:os'
import { redact } from '../app/redact.ts'
import type { ServiceContext } from '../app/service/context.ts'
import { oauthApp } from '../app/service/oauth/app.ts'
import { openService } from '../app/service/open.ts'
import { type MailOptions, openMailer } from '../app/service/people/mail.ts'
import { openTracer } from '../app/traces/open.ts'
import { ConfigError } from '../core/errors.ts'
import { startWorker } from '../worker/worker.ts'
import { demoAccount } from './demo-account.ts'
import { storeOf } from './service.ts'
import { interruptible } from './signals.ts'

type Values = Readonly<Record<string, unknown>>

/** Milliseconds for what goes on to be brought to a checkpoint and handed back; all is over in 10 seconds. */
const patience = 8_500

export interface ProcessOptions {
  readonly values: Values
  readonly migrate: boolean
  readonly worker: boolean
  /** What runs beside the worker; disposed before the store is closed. */
  readonly beside?: (ctx: ServiceContext) => Promise<AsyncDisposable>
  /** Said when all is there. */
  readonly ready: () => string
}

/** Runs until SIGINT or SIGTERM; a second one ends the process at once. */
export async function serviceProcess(options: ProcessOptions): Promise<void> {
  const { values } = options
  await using parts = new AsyncDisposableStack()
  const mail = mailOf(values)
  const concurrency = wholeNumber(values.concurrency, '--concurrency', 4)
  const tracer = await openTracer(process.env, (message) => log('warn', message))
  if (tracer) parts.use(tracer)
  const service = parts.use(
    await openService({
      ...storeOf(values),
      masterKey: process.env.SLUICE_MASTER_KEY,
      migrate: options.migrate,
      connections: concurrency + 6,
      oauth: oauthOf(process.env),
      tracer,
      log,
    }),
  )
  const demo = parts.use(demoAccount())
  const ctx: ServiceContext = { ...service.ctx, demo: demo.started }
  using interrupt = interruptible(() =>
    log('info', 'stopping: runs are brought to a checkpoint and handed back'),
  )
  if (options.beside) parts.use(await options.beside(ctx))
  const worker = options.worker
    ? await startWorker(ctx, {
        name: `${hostname()}:${process.pid}`,
        concurrency,
        alerts: { mailer: mail && openMailer(mail), url: () => publicUrlOf(values) },
      })
    : undefined
  log('info', options.ready())
  await new Promise<void>((resolve) => {
    if (interrupt.signal.aborted) resolve()
    interrupt.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  // What cannot be closed in time is left: a checkpoint is durable, and the lease of a run ends by itself.
  setTimeout(() => process.exit(0), patience + 1_000).unref()
  await worker?.stop(patience)
  log('info', 'stopped')
}

/** The app with which accounts are connected, where the operator has registered one. Throws `ConfigError`. */
export function oauthOf(env: NodeJS.ProcessEnv): ServiceContext['oauth'] {
  const { SLUICE_STRIPE_CLIENT_ID: clientId, SLUICE_STRIPE_CLIENT_SECRET: secret } = env
  if (!clientId && !secret) return undefined
  const { SLUICE_STRIPE_OAUTH: kind = 'app', SLUICE_STRIPE_OAUTH_BASE: base } = env
  return oauthApp({ kind, clientId: clientId ?? '', secret: secret ?? '', base })
}

/** The mail server, where one is configured. */
export function mailOf({ smtpUrl, mailFrom }: Values): MailOptions | undefined {
  if (typeof smtpUrl !== 'string') return undefined
  return { smtpUrl, from: typeof mailFrom === 'string' ? mailFrom : 'sluice@localhost' }
}

/** Where people reach the service, as the operator said. */
export function publicUrlOf({ publicUrl }: Values): string | undefined {
  return typeof publicUrl === 'string' ? publicUrl : undefined
}

/** One line for the operator. */
export function log(level: 'info' | 'warn' | 'error', message: string): void {
  process.stderr.write(`${new Date().toISOString()} ${level.padEnd(5)} ${redact(message)}\n`)
}

export function wholeNumber(said: unknown, option: string, fallback: number): number {
  if (said === undefined) return fallback
  const text = String(said).trim()
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text)
  throw new ConfigError(`${option} "${text}" is not a number`, { cure: `write ${option} ${fallback}` })
}
