/** Calls the account's endpoints with its events, signed as Stripe does. Unlike Stripe it tries once. */
import { createHmac } from 'node:crypto'
import type { SandboxObject } from './world.ts'

/** Milliseconds. */
const patience = 10_000

/** @param endpoints the signing secret of each, by its address */
export function callEndpoints(endpoints: ReadonlyMap<string, string>, event: SandboxObject): void {
  for (const [url, secret] of endpoints) void call(url, secret, JSON.stringify(event))
}

async function call(url: string, secret: string, body: string): Promise<void> {
  const seconds = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${seconds},v1=${mac}` },
    body,
    signal: AbortSignal.timeout(patience),
  }).then(
    (response) => response.body?.cancel(),
    // Nobody is there to be told: the event stands in the list of events all the same.
    () => undefined,
  )
}
