/** Products that an account has not enabled: Stripe answers 400 with a message and no code. */
import type { CatalogStream } from '../stripe/catalog.ts'
import { ApiError } from './api-error.ts'

/** Streams of products that a usual account has not enabled, and those that one mode lacks. */
export const usuallyUnavailable = [
  'treasury_*',
  'issuing_*',
  'identity_*',
  'forwarding_*',
  'sigma_*@test',
  'test_helpers_test_clocks@live',
] as const

/** Whether a stream is among the patterns: names, or beginnings followed by `*`; `@live` or `@test` for keys of one mode. */
export function isUnavailable(patterns: readonly string[], stream: string, livemode: boolean): boolean {
  return patterns.some((pattern) => {
    const [name = '', mode] = pattern.split('@')
    if (mode !== undefined && (mode === 'live') !== livemode) return false
    return name.endsWith('*') ? stream.startsWith(name.slice(0, -1)) : stream === name
  })
}

/** The refusal, in the words by which Stripe's own sync engine recognises it. */
export function notEnabled(stream: CatalogStream): ApiError {
  const words = stream.unavailable.find((text) => !text.startsWith('Unrecognized request URL'))
  const product = (stream.name.split('_')[0] ?? stream.name).replace(/^./, (letter) => letter.toUpperCase())
  const sentence = whole(words ?? `Your account is not set up to use ${product}`)
  return new ApiError(400, `${sentence}. Please visit https://dashboard.stripe.com to get started.`)
}

/** Some of the words that are known are the end of a sentence. */
function whole(words: string): string {
  if (words.startsWith('only')) return `This is ${words}`
  return /^[a-z]/.test(words) ? `This ${words}` : words
}
