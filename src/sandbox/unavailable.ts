/** Products that an account has not enabled: Stripe answers 400 with a message and no code. */
import type { CatalogStream } from '../stripe/catalog.ts'
import { ApiError } from './api-error.ts'

/** Streams of products that a usual account has not enabled. */
export const usuallyUnavailable = ['treasury_*', 'issuing_*', 'identity_*', 'forwarding_*'] as const

/** Whether a stream is among the patterns: names, or beginnings of names followed by `*`. */
export function isUnavailable(patterns: readonly string[], stream: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? stream.startsWith(pattern.slice(0, -1)) : stream === pattern,
  )
}

/** The refusal, in the words by which Stripe's own sync engine recognises it. */
export function notEnabled(stream: CatalogStream): ApiError {
  const words = stream.unavailable.find((text) => !text.startsWith('Unrecognized request URL'))
  const product = (stream.name.split('_')[0] ?? stream.name).replace(/^./, (letter) => letter.toUpperCase())
  const sentence = words ?? `Your account is not set up to use ${product}`
  return new ApiError(400, `${sentence}. Please visit https://dashboard.stripe.com to get started.`)
}
