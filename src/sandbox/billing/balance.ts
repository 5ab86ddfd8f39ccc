import { movement } from './balance-transactions.ts'
import type { Billing } from './billing.ts'
import { currencies } from './money.ts'

/** What `GET /v1/balance` gives: the transactions that no payout has covered yet, all of the last tile. */
export function balance(b: Billing) {
  const sums = currencies.map(() => 0)
  const last = b.balanceTransactions.count - 1
  const spot = last < 0 ? undefined : b.balanceTransactions.spot(last)
  for (let i = last; spot && i >= 0; i--) {
    const at = b.balanceTransactions.spot(i)
    if (!at || at.tile !== spot.tile || at.entry.cycle !== spot.entry.cycle) break
    const { payout, currency } = at.entry
    if (!payout || b.payouts.exists(payout, at.tile)) continue
    const { amount, fee } = movement(b, at.entry, at.tile)
    sums[currency] = (sums[currency] ?? 0) + amount - fee
  }
  const money = (sum: readonly number[]) =>
    currencies.map(({ code }, i) => ({
      amount: sum[i] ?? 0,
      currency: code,
      source_types: { card: sum[i] ?? 0 },
    }))
  return { object: 'balance', available: money([]), livemode: b.livemode, pending: money(sums) } as const
}
