/** `GET /v1/balance`: the world's own, or the sum of the balance transactions by currency and status. */
import type { Account } from './account.ts'
import type { SandboxObject } from './world.ts'

export async function balance(account: Account): Promise<SandboxObject> {
  const { world } = account.store
  // A balance is the one object that has no id.
  if (world.balance !== undefined) return world.balance() as unknown as SandboxObject
  const sums = { available: new Map<string, number>(), pending: new Map<string, number>() }
  await account.store.page('balance_transactions', {
    limit: 0,
    keep: ({ currency, net, status }) => {
      const sum = status === 'available' ? sums.available : sums.pending
      sum.set(String(currency), (sum.get(String(currency)) ?? 0) + Number(net))
      return false
    },
  })
  const money = (sum: ReadonlyMap<string, number>) =>
    [...sum].map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }))
  return {
    object: 'balance',
    available: money(sums.available),
    livemode: false,
    pending: money(sums.pending),
  } as unknown as SandboxObject
}
