/** What everything that reads for one run has in common. */
import type { Page, RunEvent } from '../core/model.ts'
import type { StripeApi } from './api.ts'
import type { CatalogStream } from './catalog.ts'
import type { Places } from './places.ts'

export interface Reading {
  readonly api: StripeApi
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Unix seconds: objects created before it are left out, where a list can be asked for by time. */
  readonly since?: number
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
  /** Waits for a place among the pages on their way to the warehouse; `make` runs when the page takes it. */
  readonly push: (make: () => Page) => Promise<void>
  /** Bounds the pages of all streams that are held in memory at once. */
  readonly pages: Places
  /** Bounds the lists of one child stream that are read at once. */
  readonly lists: (stream: string) => Places
  /** False once a stream has ended; nothing more is read for it. */
  readonly isOpen: (stream: string) => boolean
  /** Ends the streams for an error that concerns them alone; throws the error if it concerns more. */
  readonly refuse: (cause: CatalogStream, streams: readonly string[], error: unknown) => void
}
