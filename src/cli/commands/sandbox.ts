import { startSandbox } from '../../sandbox/server.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { demoKey } from '../demo.ts'
import { uninterrupted } from '../signals.ts'

export async function sandboxCommand(values: Readonly<Record<string, unknown>>): Promise<void> {
  await attempt(attemptOf(values), async () => {
    // Text as it came: the sandbox validates it, and says what is wrong.
    await using sandbox = await startSandbox(values as Parameters<typeof startSandbox>[0])
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
    `Any key works that begins with rk_test_ or sk_test_: ${demoKey}`,
    '',
    'Replicate it from another terminal:',
    `  STRIPE_API_KEY=${demoKey} sluice sync --name sandbox --api-base ${url} --to duckdb:./sandbox.duckdb`,
    '',
    'Ctrl-C ends it.',
  ].join('\n')
}
