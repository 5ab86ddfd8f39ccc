import { request } from './request.ts'
import type { RowEstimate, SourceCheck, SourceInput } from './types.ts'

/** Whose credentials they are and what they may read; of all tables, or of some. */
export function checkSource(source: SourceInput, streams?: readonly string[]): Promise<SourceCheck> {
  return request('POST /api/v1/connectors/stripe/check', { body: { source, streams } })
}

/** One request to Stripe for each of the streams. */
export async function estimateRows(
  source: SourceInput,
  streams: readonly string[],
  history: string,
): Promise<readonly RowEstimate[]> {
  const { items } = await request('POST /api/v1/connectors/stripe/estimate', {
    body: { source, streams, history },
  })
  return items
}
