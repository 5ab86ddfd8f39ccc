/** Whether traces are wanted, by the names that OpenTelemetry has given its settings. */
import { ConfigError } from '../../core/errors.ts'
import type { Tracer } from './tracer.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * What sends spans to where the environment says; undefined, and nothing is loaded, when it does not. `warn` is told of
 * what could not be sent. Throws `ConfigError` for settings that cannot be met, and where the packages are missing.
 */
export async function openTracer(env: Env, warn: (message: string) => void): Promise<Tracer | undefined> {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT
  if (!endpoint || env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none') {
    return undefined
  }
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) {
    throw new ConfigError('OTEL_EXPORTER_OTLP_ENDPOINT is not an address', {
      cure: 'write it as http://collector:4318',
    })
  }
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL
  if (protocol === 'grpc') {
    throw new ConfigError('traces are sent over HTTP, and OTEL_EXPORTER_OTLP_PROTOCOL says grpc', {
      cure: "leave it out, and name the collector's port for OTLP over HTTP: 4318",
    })
  }
  const { otelTracer } = await import('./otel.ts')
  return otelTracer(env, warn)
}
