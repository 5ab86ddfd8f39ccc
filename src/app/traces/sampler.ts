/** Which traces are kept, by OTEL_TRACES_SAMPLER and its argument: opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables. */
import type { Sampler } from '@opentelemetry/sdk-trace'
import { ConfigError } from '../../core/errors.ts'

type Sdk = Pick<
  typeof import('@opentelemetry/sdk-trace'),
  'AlwaysOffSampler' | 'AlwaysOnSampler' | 'ParentBasedSampler' | 'TraceIdRatioBasedSampler'
>

/** All of them when nothing is said. Throws `ConfigError`. */
export function samplerOf(sdk: Sdk, env: Readonly<Record<string, string | undefined>>): Sampler {
  const name = env.OTEL_TRACES_SAMPLER || 'parentbased_always_on'
  const [, parentBased, kind] = /^(parentbased_)?(always_on|always_off|traceidratio)$/.exec(name) ?? []
  if (!kind) {
    throw new ConfigError(`OTEL_TRACES_SAMPLER "${name}" is not known`, {
      cure: 'write always_on, always_off, traceidratio, or one of them with parentbased_ before it',
    })
  }
  const root =
    kind === 'always_on'
      ? new sdk.AlwaysOnSampler()
      : kind === 'always_off'
        ? new sdk.AlwaysOffSampler()
        : new sdk.TraceIdRatioBasedSampler(ratioOf(env.OTEL_TRACES_SAMPLER_ARG))
  return parentBased ? new sdk.ParentBasedSampler({ root }) : root
}

function ratioOf(said: string | undefined): number {
  const ratio = said === undefined || said === '' ? 1 : Number(said)
  if (ratio >= 0 && ratio <= 1) return ratio
  throw new ConfigError(`OTEL_TRACES_SAMPLER_ARG "${said}" is not a part of all traces`, {
    cure: 'write a number from 0 to 1: 0.1 keeps a tenth of them',
  })
}
