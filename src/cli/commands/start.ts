import { placeOf } from '../../app/place.ts'
import { redact } from '../../app/redact.ts'
import { settings } from '../../app/settings.ts'
import { ConfigError } from '../../core/errors.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { fromEnvironment } from '../environment.ts'
import { replicate } from '../replicate.ts'
import { serveOptions } from '../service-options.ts'
import { startText } from '../start-text.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * Replicates the account of the key, or a sandbox where there is none, and says how to go on; on a terminal it then
 * serves the web app until it is told to stop.
 */
export async function startCommand(values: Values): Promise<void> {
  const options = attemptOf(values)
  // Somebody sits before it: the web app is the next thing to see. A program that called waits for the end.
  const serves = process.stdout.isTTY && process.stdin.isTTY && values.quiet !== true
  await attempt(options, async () => {
    if (options.secrets.some((key) => key !== '')) await own(values, options.secrets, serves)
    else await demo(values, serves)
  })
  if (serves && !process.exitCode) {
    const { serveCommand } = await import('./serve.ts')
    await serveCommand(fromEnvironment(serveOptions()))
  }
}

async function own(values: Values, secrets: readonly string[], serves: boolean): Promise<void> {
  const chosen = settings({ ...values, name: values.name ?? 'stripe' }, Date.now())
  const done = await replicate(chosen, { json: false, quiet: values.quiet === true, secrets })
  if (done)
    process.stdout.write(
      `${redact(startText(done.summary, { ...(await placeOf(chosen)), demo: false, serves }))}\n`,
    )
}

async function demo(values: Values, serves: boolean): Promise<void> {
  if (values.apiBase !== undefined) {
    throw new ConfigError('an address of the Stripe API is given, but no key', { cure: 'set STRIPE_API_KEY' })
  }
  const { startSandbox } = await import('../../sandbox/server.ts')
  const { demoSandbox, demoSettings } = await import('../demo.ts')
  await using sandbox = await startSandbox(demoSandbox)
  process.stderr.write(
    'STRIPE_API_KEY is not set: replicating a sandbox, a made-up Stripe account on this machine.\n',
  )
  const chosen = demoSettings(values, sandbox.url, Date.now())
  const done = await replicate(chosen, { json: false, quiet: values.quiet === true, secrets: [] })
  if (done)
    process.stdout.write(
      `${redact(startText(done.summary, { ...(await placeOf(chosen)), demo: true, serves }))}\n`,
    )
}
