/** What `sluice apply` would do: the file against the store. */
import * as store from '../../../store/destinations.ts'
import { presentIntegrations } from '../../../store/integrations.ts'
import type { ServiceContext } from '../context.ts'
import { pauseIntegration } from '../integrations.ts'
import { planDestination } from './plan-destination.ts'
import { planIntegration } from './plan-integration.ts'
import type { ReadConfig } from './read.ts'
import { wrong } from './read.ts'
import { complaint } from './refusal.ts'
import type { Wanted } from './wanted.ts'

export type Action = 'create' | 'change' | 'pause' | 'none' | 'left'

export interface Change {
  readonly field: string
  readonly before: string | null
  readonly after: string | null
}

export interface Step {
  readonly object: 'destination' | 'integration'
  readonly name: string
  /** `none`: it is as the file says. `left`: it is not in the file, and stays as it is. */
  readonly action: Action
  readonly changes: readonly Change[]
}

export interface PlannedStep extends Step {
  /** Does it; nothing for `none` and `left`. Throws when things are no longer as they were when it was planned. */
  carryOut(): Promise<void>
}

/**
 * In the order in which it is to be done. Keys that are new are tried; nothing is changed. `prune` pauses integrations
 * that are not in the file. Throws one `ConfigError` for all that cannot be done, with the place in the file.
 */
export async function planConfig(
  ctx: ServiceContext,
  wanted: Wanted,
  { where, prune }: { readonly where: ReadConfig['where']; readonly prune: boolean },
): Promise<readonly PlannedStep[]> {
  const problems: string[] = []
  const steps: PlannedStep[] = []
  const attempt = async (path: readonly string[], work: () => Promise<PlannedStep>) => {
    try {
      steps.push(await work())
    } catch (error) {
      problems.push(complaint(error, path, where))
    }
  }
  const destinations = await store.destinations(ctx.pool)
  for (const one of wanted.destinations) {
    const before = destinations.find(({ name }) => same(name, one.name))
    await attempt(['destinations', one.name], () => planDestination(ctx, one, before))
  }
  const known = [...destinations, ...wanted.destinations].map(({ name }) => name)
  const integrations = await presentIntegrations(ctx.pool)
  for (const one of wanted.integrations) {
    const before = integrations.find(({ name }) => same(name, one.name))
    await attempt(['integrations', one.name], () =>
      planIntegration(ctx, one, { before, destinations, known }),
    )
  }
  if (problems.length > 0) throw wrong(problems)

  for (const { id, name, status } of integrations) {
    if (wanted.integrations.some((one) => same(one.name, name))) continue
    steps.push(
      prune && status !== 'paused'
        ? {
            object: 'integration',
            name,
            action: 'pause',
            changes: [],
            carryOut: async () => void (await pauseIntegration(ctx, id)),
          }
        : { object: 'integration', name, action: 'left', changes: [], carryOut: async () => {} },
    )
  }
  for (const { name } of destinations) {
    if (wanted.destinations.some((one) => same(one.name, name))) continue
    steps.push({ object: 'destination', name, action: 'left', changes: [], carryOut: async () => {} })
  }
  return steps
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
