import { request } from './request.ts'
import type { SourceCheck, SourceInput } from './types.ts'

/** Whose credentials they are and what they may read; of all tables, or of some. */
export function checkSource(source: SourceInput, streams?: readonly string[]): Promise<SourceCheck> {
  return request('POST', '/api/v1/connectors/stripe/check', { body: { source, streams } })
}
