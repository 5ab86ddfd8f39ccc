import { ConfigError } from '../../core/errors.ts'
import { sandboxOptions } from '../../sandbox/options.ts'
import { startSandbox } from '../../sandbox/server.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { demoKey } from '../demo.ts'
import { uninterrupted } from '../signals.ts'

export async function sandboxCommand(values: Readonly<Record<string, unknown>>): Promise<void> {
  await attempt(attemptOf(values), async () => {
    const parsed = sandboxOptions.safeParse(given(values))
    if (!parsed.success) {
      const problems = parsed.error.issues.map(
        ({ path, message }) => `${flag(path[0])}${message.startsWith('must') ? '' : ':'} ${message}`,
      )
      throw new ConfigError(problems.join('; '), { cure: 'see sluice sandbox --help' })
    }
    await using sandbox = await startSandbox(given(values))
    // Of a process that serves it to itself: it ends with that one, however that ends.
    process.once('disconnect', () => process.exit(0))
    process.send?.({ url: sandbox.url })
    await uninterrupted(async (signal) => {
      process.stdout.write(`${sandboxText(sandbox.url)}\n`)
      await new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
    })
  })
}

export function sandboxText(url: string): string {
  return [
    `The sandbox listens on ${url}`,
    `Any key works that begins with rk_test_ or sk_test_ (or _live_, with the limits of live mode): ${demoKey}`,
    '',
    'Replicate it from another terminal:',
    `  STRIPE_API_KEY=${demoKey} sluice sync --name sandbox --api-base ${url} --to duckdb:./sandbox.duckdb`,
    '',
    'Ctrl-C ends it.',
  ].join('\n')
}

/** The options that were given; the sandbox has its own defaults for the others. */
function given(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

/** `rateLimit` → `--rate-limit` */
function flag(entry: PropertyKey | undefined): string {
  return `--${String(entry).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
