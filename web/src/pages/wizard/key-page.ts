import type { CatalogStream } from '../../api/types.ts'

/** Stripe's page for a new key, with the permissions ticked that the tables need. */
export function keyPage(streams: readonly CatalogStream[]): string {
  const needed = new Set(
    streams.flatMap(({ standard, permission }) => (standard && permission ? [permission] : [])),
  )
  const query = [
    'name=Sluice',
    ...[...needed].sort().map((name) => `permissions[]=rak_${name.replace(/^rak_/, '')}`),
  ]
  return `https://dashboard.stripe.com/apikeys/create?${query.join('&')}`
}
