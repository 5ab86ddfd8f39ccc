/** The Stripe-Version header. */
import { ApiError } from './api-error.ts'

/** Releases that have a name after the date; older versions are a date alone. */
const releases = ['acacia', 'basil', 'clover', 'dahlia', 'endive']

/** The version of the answer. Throws 400 for a version that was never released. */
export function answerVersion(asked: string | undefined, accountDefault: string, newest: string): string {
  if (asked === undefined || asked === '') return accountDefault
  const parts = /^(\d{4}-\d{2}-\d{2})(?:\.([a-z]+))?$/.exec(asked)
  const date = parts?.[1] ?? ''
  const release = parts?.[2]
  const named = date > '2024-09-01'
  const known = named ? release !== undefined && releases.includes(release) : release === undefined
  if (parts === null || !known || date < '2011-01-01' || date > newest.slice(0, 10)) {
    throw new ApiError(400, `Invalid Stripe API version: ${asked}`)
  }
  return asked
}
