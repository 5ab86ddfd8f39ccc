import type { RowEstimate } from '../api/types.ts'
import { compact, counted } from '../ui/format.ts'

/** How many rows a table may get, in so many words as are known. */
export function Estimate({ of }: { readonly of: RowEstimate }) {
  const { seen, complete, per_month } = of
  if (seen === null) return <span>rows not known</span>
  if (complete) return <b>{counted(seen, 'row')}</b>
  if (per_month === null) return <b>more than {counted(seen, 'row')}</b>
  return (
    <b title={`At the pace of its newest ${seen} objects. Stripe does not tell how many there are in all`}>
      about {compact(round(per_month))} a month
    </b>
  )
}

/** Two digits: more would say what is not known. */
function round(value: number): number {
  return Number(value.toPrecision(2))
}
