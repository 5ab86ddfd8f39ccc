/** What `sluice start` replicates when there is no key. */
import { type Settings, settings } from '../app/settings.ts'

/** A key that the sandbox accepts. */
export const demoKey = 'rk_test_sandbox'

/** Options of the sandbox: an account of about 1,000 customers that answers at once. */
export const demoSandbox = { port: 0, scale: 1_000, rateLimit: 'off' } as const

/** A sandbox on this machine has no other users: the limits are so high that they never bind. */
const unlimited = { account: 10_000, endpoint: 10_000, endpoints: {} } as const

/** Settings for a sandbox at `url`; whatever was said of the warehouse and the selection counts. */
export function demoSettings(said: Readonly<Record<string, unknown>>, url: string, now: number): Settings {
  const chosen = settings({ name: 'demo', ...given(said), apiKey: demoKey, apiBase: url }, now)
  return { ...chosen, source: { ...chosen.source, limits: unlimited } }
}

function given(said: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}
