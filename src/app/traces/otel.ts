/** Spans by the packages of OpenTelemetry, to a collector over HTTP. Loaded where traces are wanted, and only there. */
import type { Context, Link, SpanContext, Span as TheirSpan } from '@opentelemetry/api'
import { optional } from '../../core/optional.ts'
import { version } from '../version.ts'
import { samplerOf } from './sampler.ts'
import type { Origin, Span, SpanStart, Tracer } from './tracer.ts'

/** Milliseconds for what is still to be sent at the end. */
const patience = 3_000
/** Between two warnings. */
const quiet = 60_000

const packages =
  '@opentelemetry/api @opentelemetry/sdk-trace @opentelemetry/resources @opentelemetry/exporter-trace-otlp-http'

/** The exporter and the resource read their own settings: endpoint, headers, time-out, certificates, attributes. */
export async function otelTracer(
  env: Readonly<Record<string, string | undefined>>,
  warn: (message: string) => void,
): Promise<Tracer> {
  const [api, sdk, resources, { OTLPTraceExporter }] = await optional(
    () =>
      Promise.all([
        import('@opentelemetry/api'),
        import('@opentelemetry/sdk-trace'),
        import('@opentelemetry/resources'),
        import('@opentelemetry/exporter-trace-otlp-http'),
      ]),
    packages,
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  )
  let warned = 0
  const tell = (message: string) => {
    if (Date.now() - warned < quiet) return
    warned = Date.now()
    warn(`traces: ${message}`)
  }
  const silent = () => {}
  api.diag.setLogger(
    { error: tell, warn: tell, info: silent, debug: silent, verbose: silent },
    api.DiagLogLevel.WARN,
  )
  const named = resources.resourceFromAttributes({ 'service.name': 'sluice', 'service.version': version() })
  const provider = new sdk.TracerProvider({
    sampler: samplerOf(sdk, env),
    resource: named.merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  })
  const tracer = provider.getTracer('sluice', version())
  const kinds = {
    server: api.SpanKind.SERVER,
    client: api.SpanKind.CLIENT,
    consumer: api.SpanKind.CONSUMER,
  } as const

  function open({ name, kind, at, attributes = {} }: SpanStart, context: Context, links: Link[] = []): Span {
    const theirs = tracer.startSpan(
      name,
      {
        kind: kind === undefined ? api.SpanKind.INTERNAL : kinds[kind],
        attributes: { ...attributes },
        links,
        ...(at === undefined ? {} : { startTime: new Date(at) }),
      },
      context,
    )
    return spanOf(theirs, api.trace.setSpan(api.ROOT_CONTEXT, theirs))
  }

  function spanOf(theirs: TheirSpan, own: Context): Span {
    return {
      traceparent: traceparentOf(theirs.spanContext()),
      child: (start) => open(start, own),
      set: (attributes) => void theirs.setAttributes({ ...attributes }),
      end({ at, failed = false } = {}) {
        if (failed) theirs.setStatus({ code: api.SpanStatusCode.ERROR })
        theirs.end(at === undefined ? undefined : new Date(at))
      },
    }
  }

  return {
    span(start, { parent, link }: Origin = {}) {
      const from = spanContextOf(parent)
      const cause = spanContextOf(link)
      const context = from ? api.trace.setSpanContext(api.ROOT_CONTEXT, from) : api.ROOT_CONTEXT
      return open(start, context, cause ? [{ context: cause }] : [])
    },
    async [Symbol.asyncDispose]() {
      await provider.forceFlush({ timeoutMillis: patience }).catch(() => {})
      await Promise.race([
        provider.shutdown(),
        new Promise((resolve) => setTimeout(resolve, patience).unref()),
      ]).catch(() => {})
      api.diag.disable()
    },
  }
}

const hex = (value: number) => value.toString(16).padStart(2, '0')

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext) =>
  `00-${traceId}-${spanId}-${hex(traceFlags)}`

/** Undefined for what is no `traceparent`. */
function spanContextOf(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] =
    /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '') ?? []
  if (!traceId || !spanId || !flags) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
}
