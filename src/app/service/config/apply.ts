/** Makes the store as a file says. */
import type { ServiceContext } from '../context.ts'
import { ConflictError } from '../errors.ts'
import { audit } from '../people/audit.ts'
import { type About, asDeed } from '../people/deed.ts'
import { type PlannedStep, planConfig, type Step } from './plan.ts'
import { readConfig } from './read.ts'
import { type References, wantedOf } from './wanted.ts'

export interface ApplyOptions {
  readonly text: string
  /** What errors call the file. */
  readonly name: string
  readonly references: References
  readonly prune: boolean
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean
  /** Told of each step when it is done. */
  readonly done?: (step: Step) => void
}

/**
 * Everything is checked first, keys that are new with Stripe: a file with an error changes nothing. Then step by step;
 * after a failure half-way, the same file does the rest. Returns the plan. Throws `ConfigError` for what is wrong with
 * the file, `ConflictError` when somebody changed the same thing meanwhile.
 */
export async function applyConfig(ctx: ServiceContext, options: ApplyOptions): Promise<readonly Step[]> {
  const read = readConfig(options.text, options.name)
  const wanted = wantedOf(read, options.references)
  const steps = await planConfig(ctx, wanted, { where: read.where, prune: options.prune })
  if (!options.dryRun) {
    for (const step of steps) {
      if (step.action === 'none' || step.action === 'left') continue
      await asDeed(
        (sql, about) => tell(sql, step, about),
        () => carriedOut(step),
      )
      options.done?.(step)
    }
  }
  return steps.map(({ carryOut: _, ...step }) => step)
}

const verbs = { create: 'create', change: 'edit', pause: 'pause' } as const

/** Whoever has the machine is nobody in particular. */
function tell(
  sql: Parameters<typeof audit>[0],
  { object, action, name, changes }: Step,
  about: About,
): Promise<void> {
  const verb = action === 'none' || action === 'left' ? 'edit' : verbs[action]
  return audit(sql, null, {
    action: `${object}.${verb}`,
    object: { kind: object, name, ...about },
    details: { command: 'sluice apply', fields: changes.map(({ field }) => field) },
  })
}

async function carriedOut(step: PlannedStep): Promise<void> {
  try {
    await step.carryOut()
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error
    throw new ConflictError(`${step.object} ${step.name}: ${error.message}`, {
      cure: 'apply the file again',
      cause: error,
    })
  }
}
