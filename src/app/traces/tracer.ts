/** Spans, as the use cases tell of them. What becomes of them is an adaptor's matter (otel.ts). */
import { AsyncLocalStorage } from 'node:async_hooks'

export type Attributes = Readonly<Record<string, string | number | boolean>>

export interface SpanStart {
  /** Of few kinds: `run`, `GET /v1/invoices`; what tells one from another is an attribute. */
  readonly name: string
  /** Who asks whom; `internal` when absent. */
  readonly kind?: 'server' | 'client' | 'consumer'
  /** Milliseconds since 1970; now when absent. */
  readonly at?: number
  readonly attributes?: Attributes
}

export interface Span {
  /** As the header `traceparent` of W3C's trace context. */
  readonly traceparent: string
  child(start: SpanStart): Span
  set(attributes: Attributes): void
  /** `at`: milliseconds since 1970; now when absent. `failed`: what it tells of went wrong. */
  end(how?: { readonly at?: number; readonly failed?: boolean }): void
}

export interface Origin {
  /** A span elsewhere that this one is part of; ignored when it is none. */
  readonly parent?: string | undefined
  /** A span elsewhere that led to this one. */
  readonly link?: string | undefined
}

/** Sends spans away; disposing it sends what it still has, for a few seconds at most. */
export interface Tracer extends AsyncDisposable {
  span(start: SpanStart, origin?: Origin): Span
}

const current = new AsyncLocalStorage<Span>()

/** Does the work of a span. */
export function within<T>(span: Span, work: () => Promise<T>): Promise<T> {
  return current.run(span, work)
}

/** The span whose work this is, as a `traceparent`: kept with what is done later. */
export function currentTrace(): string | null {
  return current.getStore()?.traceparent ?? null
}
