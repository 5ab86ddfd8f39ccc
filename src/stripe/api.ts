/** What the rest of this folder needs of Stripe's HTTP API; `client.ts` is the one that speaks it. */

export type StripeObject = { readonly [field: string]: unknown }

export interface StripeList {
  readonly object: 'list'
  readonly data: readonly StripeObject[]
  readonly has_more: boolean
}

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>

export interface Reply<T> {
  readonly body: T
  /** Milliseconds since 1970 at which the request that was answered went out: the version of everything in it. */
  readonly askedAt: number
  /** Size of the body, unzipped. */
  readonly bytes: number
}

export interface CallOptions {
  /** Names the limiter's bucket: a path pattern such as `/v1/invoices/{invoice}/lines`. */
  readonly endpoint: string
  /** For which stream, so that requests can be counted per table. */
  readonly stream?: string
  /** About how many requests this list still takes: the longest goes first. */
  readonly ahead?: number
  readonly signal: AbortSignal
}

export interface StripeApi {
  /**
   * One GET, retried and rate limited. Integers beyond 2^53 and other numbers that a double cannot
   * hold exactly come as `JSON.rawJSON` values, so that nothing is lost (see `json.ts`).
   * Throws `StripeError` (errors.ts) for what Stripe refuses and retrying does not mend,
   * `TransientError` when retries are used up, `ConfigError` for a key that Stripe does not accept.
   */
  get(path: string, query: Query, options: CallOptions): Promise<Reply<StripeObject>>
  /**
   * One page of a list. `limit` defaults to 100 and is halved by itself when Stripe keeps failing on a page;
   * the page may then be shorter than asked for, `has_more` stays true to Stripe's word. `limit: undefined`
   * sends none, for the few lists that do not take it.
   */
  list(path: string, query: Query, options: CallOptions): Promise<Reply<StripeList>>
}
