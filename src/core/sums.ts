/** Sums of money on both sides of a comparison. */
import type { Row, Table } from './model.ts'

export interface Sum {
  readonly column: string
  readonly currency: string
  /** In the currency's smallest unit; text, as it may be beyond 2^53. */
  readonly source: string
  readonly warehouse: string
}

export interface Sums {
  add(side: 'source' | 'warehouse', row: Row): void
  /** By column and currency, sorted. */
  all(): readonly Sum[]
}

const isAmount = (name: string) => /^(amount|total|net)$|^amount_/.test(name)

/** Both together. */
export function addedUp(some: readonly Sum[], others: readonly Sum[]): readonly Sum[] {
  const all = Map.groupBy([...some, ...others], ({ column, currency }) => JSON.stringify([column, currency]))
  const total = (of: readonly Sum[], side: 'source' | 'warehouse') =>
    String(of.reduce((sum, one) => sum + BigInt(one[side]), 0n))
  return [...all]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, of]) => {
      const [first] = of
      return first ? [{ ...first, source: total(of, 'source'), warehouse: total(of, 'warehouse') }] : []
    })
}

/** Adds up the integer columns that are amounts, of tables that name a currency. Rows are data rows. `before`: what was added up before. */
export function sums(table: Table, before: readonly Sum[] = []): Sums {
  const currencyAt = table.columns.findIndex(({ name }) => name === 'currency')
  const amounts = table.columns.flatMap(({ name, type }, at) =>
    currencyAt >= 0 && type === 'integer' && isAmount(name) ? [{ name, at }] : [],
  )
  const found = new Map(
    before.map(({ column, currency, source, warehouse }) => [
      JSON.stringify([column, currency]),
      { source: BigInt(source), warehouse: BigInt(warehouse) },
    ]),
  )
  return {
    add(side, row) {
      const currency = row[currencyAt]
      if (typeof currency !== 'string') return
      for (const { name, at } of amounts) {
        const cell = row[at]
        if (typeof cell !== 'number' && typeof cell !== 'bigint') continue
        const key = JSON.stringify([name, currency])
        const sum = found.get(key) ?? { source: 0n, warehouse: 0n }
        sum[side] += BigInt(cell)
        found.set(key, sum)
      }
    },
    all: () =>
      [...found]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, { source, warehouse }]): Sum => {
          const [column = '', currency = ''] = JSON.parse(key) as readonly string[]
          return { column, currency, source: String(source), warehouse: String(warehouse) }
        }),
  }
}
