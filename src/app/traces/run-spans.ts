/** The spans of a run or a verification, from what it tells: its tables, its requests to the source, its loads. */
import type { RunEvent } from '../../core/model.ts'
import type { Attributes, Origin, Span, Tracer } from './tracer.ts'

type Event<Type extends RunEvent['type']> = Extract<RunEvent, { readonly type: Type }>

export interface RunSpans {
  /** Told of everything the run tells. */
  readonly report: (event: RunEvent) => void
  /** How it ended; what is open of its tables ends with it. */
  end(outcome: string, how?: { readonly failed?: boolean; readonly attributes?: Attributes }): void
}

export interface RunSpansOptions {
  /** `run`, `verification`. */
  readonly name: string
  readonly attributes: Attributes
  readonly origin?: Origin
  /** By stream. */
  readonly tables: ReadonlyMap<string, string>
}

interface Reading {
  readonly span: Span
  readonly counts: { requests: number; read: number; rows: number; deleted: number }
}

/** Where nobody follows traces. */
export const none: RunSpans = { report() {}, end() {} }

/** `none` without a tracer. */
export function runSpans(tracer: Tracer | undefined, options: RunSpansOptions): RunSpans {
  if (!tracer) return none
  const { name, attributes, origin, tables } = options
  const whole = tracer.span({ name, kind: 'consumer', attributes }, origin)
  const streamOf = new Map([...tables].map(([stream, table]) => [table, stream]))
  const open = new Map<string, Reading>()
  const over = new Set<string>()

  /** Begins with the first that is told of the table. */
  function reading(stream: string, at?: number): Reading | undefined {
    const table = tables.get(stream)
    if (table === undefined || over.has(stream)) return undefined
    let found = open.get(stream)
    if (!found) {
      const told = { 'sluice.stream': stream, 'sluice.table': table }
      const start = { name: 'table run', attributes: told, ...(at === undefined ? {} : { at }) }
      found = { span: whole.child(start), counts: { requests: 0, read: 0, rows: 0, deleted: 0 } }
      open.set(stream, found)
    }
    return found
  }

  function ended(stream: string, status: string): void {
    const found = reading(stream)
    if (!found) return
    const { span, counts } = found
    span.set({
      'sluice.status': status,
      'sluice.requests': counts.requests,
      'sluice.rows_read': counts.read,
      'sluice.rows': counts.rows,
      'sluice.deleted': counts.deleted,
    })
    span.end({ failed: status === 'failed' })
    open.delete(stream)
    over.add(stream)
  }

  function asked({ stream, call }: Event<'request'>): void {
    const found = stream === undefined ? undefined : reading(stream, call?.at)
    if (found) found.counts.requests++
    if (!call) return
    const span = (found?.span ?? whole).child({
      name: `GET ${call.endpoint}`,
      kind: 'client',
      at: call.at,
      attributes: {
        'http.request.method': 'GET',
        'url.template': call.endpoint,
        ...(call.status === null ? {} : { 'http.response.status_code': call.status }),
        ...(stream === undefined ? {} : { 'sluice.stream': stream }),
        ...(call.reason === undefined ? {} : { 'sluice.rate_limited_reason': call.reason }),
      },
    })
    span.end({ at: call.ended, failed: call.status === null || call.status >= 400 })
  }

  function loaded({ at, ended, ok, ...counts }: Event<'load'>): void {
    const told = {
      'sluice.tables': counts.tables,
      'sluice.rows': counts.rows,
      'sluice.deleted': counts.deleted,
    }
    whole.child({ name: 'load', kind: 'client', at, attributes: told }).end({ at: ended, failed: !ok })
  }

  return {
    report(event) {
      if (event.type === 'request') asked(event)
      else if (event.type === 'load') loaded(event)
      else if (event.type === 'read') {
        const found = reading(event.stream)
        if (found) found.counts.read += event.rows
      } else if (event.type === 'loaded') {
        const found = open.get(streamOf.get(event.table) ?? '')
        if (!found) return
        found.counts.rows += event.rows
        found.counts.deleted += event.deleted
      } else if (event.type === 'end') ended(event.end.stream, event.end.status)
    },
    end(outcome, { failed = false, attributes = {} } = {}) {
      for (const stream of [...open.keys()]) ended(stream, outcome)
      whole.set({ 'sluice.outcome': outcome, ...attributes })
      whole.end({ failed })
    },
  }
}

/** Tells both. */
export function reportingTo(report: (event: RunEvent) => void, spans: RunSpans): RunSpans['report'] {
  if (spans === none) return report
  return (event) => {
    report(event)
    spans.report(event)
  }
}
