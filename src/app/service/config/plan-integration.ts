import { ConfigError } from '../../../core/errors.ts'
import type { DestinationRow } from '../../../store/destinations.ts'
import { destinationByName } from '../../../store/destinations.ts'
import type { IntegrationRow } from '../../../store/integrations.ts'
import { historyOf } from '../../history.ts'
import { redact } from '../../redact.ts'
import type { ServiceContext } from '../context.ts'
import { FieldError, ofField } from '../errors.ts'
import { storedOf } from '../integration-view.ts'
import {
  activateIntegration,
  createIntegration,
  editIntegration,
  nameFree,
  pauseIntegration,
  sameAccount,
} from '../integrations.ts'
import type { Integration, IntegrationEdit, VerifySettings } from '../resources/integration.ts'
import type { SourceInput } from '../resources/source.ts'
import { checkSchedule, scheduleText } from '../schedules.ts'
import { checkModes, checkSelection } from '../selection.ts'
import { accountOf, storedSource } from '../source.ts'
import { difference, selectionDifference } from './difference.ts'
import type { Change, PlannedStep } from './plan.ts'
import type { WantedIntegration, WantedSource } from './wanted.ts'

interface Surroundings {
  readonly before: IntegrationRow | undefined
  readonly destinations: readonly DestinationRow[]
  /** Names of warehouses, with those that the file makes. */
  readonly known: readonly string[]
}

/** Throws `FieldError` and `ConflictError` for what cannot be done, such as another history or account. */
export async function planIntegration(
  ctx: ServiceContext,
  wanted: WantedIntegration,
  { before, destinations, known }: Surroundings,
): Promise<PlannedStep> {
  const now = ctx.clock()
  await ofField('schedule', () => checkSchedule(wanted.schedule, now))
  await ofField('verify.schedule', () => checkSchedule(wanted.verify.schedule, now))
  await checkSelection(wanted.selection)
  if (!known.some((name) => name.toLowerCase() === wanted.destination.toLowerCase())) {
    throw new FieldError('destination', `there is no warehouse called ${wanted.destination}`, {
      cure: `name it under destinations${known.length > 0 ? `, or use ${known.join(', ')}` : ''}`,
    })
  }
  if (before) return change(ctx, wanted, before, destinations)
  return create(ctx, wanted)
}

async function create(ctx: ServiceContext, wanted: WantedIntegration): Promise<PlannedStep> {
  const { destination, paused, ...input } = wanted
  const source = givenSource(wanted.source)
  await ofField('history', () => historyOf(wanted.history, ctx.clock()))
  await nameFree(ctx.pool, wanted)
  const account = await accountOf(ctx, source)
  const changes: readonly Change[] = [
    { field: 'account', before: null, after: account.id },
    { field: 'destination', before: null, after: destination },
    { field: 'schedule', before: null, after: scheduleText(wanted.schedule) },
    { field: 'history', before: null, after: wanted.history },
    { field: 'verify', before: null, after: verifyText(wanted.verify) },
    { field: 'tables', before: null, after: wanted.selection.tables.map(({ name }) => name).join(', ') },
  ]
  return {
    object: 'integration',
    name: wanted.name,
    action: 'create',
    changes,
    async carryOut() {
      const made = await createIntegration(ctx, {
        ...input,
        source,
        destination_id: await idOf(ctx, destination),
      })
      if (paused) await pauseIntegration(ctx, made.id)
    },
  }
}

async function change(
  ctx: ServiceContext,
  wanted: WantedIntegration,
  before: IntegrationRow,
  destinations: readonly DestinationRow[],
): Promise<PlannedStep> {
  const stored = storedOf(before)
  fixed(wanted, before)
  await ofField('selection', () => checkModes(stored.selection, wanted.selection))
  const source = await sourceDifference(ctx, wanted, before)
  const isConnected = wanted.source.kind === 'oauth' && stored.source.kind === 'oauth'
  if (source.length > 0 && !isConnected) {
    sameAccount(before, await accountOf(ctx, givenSource(wanted.source)))
  }
  const destination = destinations.find(({ id }) => id === before.destination_id)?.name ?? null
  const moved =
    destination?.toLowerCase() === wanted.destination.toLowerCase()
      ? []
      : difference('destination', destination, wanted.destination)
  const schedule = difference('schedule', scheduleText(stored.schedule), scheduleText(wanted.schedule))
  const verify = difference('verify', verifyText(stored.verify), verifyText(wanted.verify))
  const selection = selectionDifference(stored.selection, wanted.selection)
  const description = difference('description', before.description, wanted.description)
  const edits = [...description, ...schedule, ...source, ...moved, ...selection, ...verify]
  const isPaused = before.status === 'paused'
  const paused = wanted.paused === undefined ? [] : difference('paused', isPaused, wanted.paused)
  const changes = [...edits, ...paused]
  const carryOut = async () => {
    const edit: IntegrationEdit = {
      revision: before.revision,
      ...(description.length > 0 ? { description: wanted.description } : {}),
      ...(schedule.length > 0 ? { schedule: wanted.schedule } : {}),
      ...(source.length > 0 ? { source: wanted.source } : {}),
      ...(moved.length > 0 ? { destination_id: await idOf(ctx, wanted.destination) } : {}),
      ...(selection.length > 0 ? { selection: wanted.selection } : {}),
      ...(verify.length > 0 ? { verify: wanted.verify } : {}),
    }
    if (edits.length > 0) await editIntegration(ctx, before.id, edit)
    if (paused.length > 0) await (isPaused ? activateIntegration : pauseIntegration)(ctx, before.id)
  }
  const { name } = before
  return changes.length === 0
    ? { object: 'integration', name, action: 'none', changes, carryOut: async () => {} }
    : { object: 'integration', name, action: 'change', changes, carryOut }
}

function verifyText({ schedule, max_requests: most }: VerifySettings): string {
  return `${scheduleText(schedule)}${most === null ? '' : `, with ${most} requests at most`}`
}

/** Throws where an account is to be connected, which a person does. */
function givenSource(source: WantedSource): SourceInput {
  if (source.kind !== 'oauth') return source
  throw new FieldError('source', 'no file connects an account: that is done on the pages of Stripe', {
    cure: 'make the integration in the web app and apply the file again, or give an api_key',
  })
}

/** Throws for what never changes. */
function fixed(wanted: WantedIntegration, before: IntegrationRow): void {
  if (before.name !== wanted.name) {
    throw new ConfigError(`the integration is called ${before.name}, and names never change`, {
      cure: 'write its name as it is',
    })
  }
  // A span such as 2y is counted from the creation.
  const since = historyOf(wanted.history, before.created_at.getTime())
  if (since?.getTime() !== before.since?.getTime()) {
    const was = before.since?.toISOString() ?? 'all'
    throw new FieldError('history', `the history of ${before.name} is ${was}, and never changes`, {
      cure: `write history: ${was}, or make another integration`,
    })
  }
}

async function sourceDifference(
  ctx: ServiceContext,
  { source }: WantedIntegration,
  before: IntegrationRow,
): Promise<readonly Change[]> {
  const old: Readonly<Record<string, unknown>> = { ...storedOf(before).source }
  const next: Readonly<Record<string, unknown>> =
    source.kind === 'oauth' ? { ...source } : { ...storedSource(source) }
  const key = source.kind === 'key' ? source.api_key : undefined
  // Tokens of an account that was connected are no key.
  const hasKey = before.source_secret !== null && old.kind === 'key'
  const was = hasKey ? await ctx.vault.get(ctx.pool, before.source_secret ?? '') : undefined
  return [
    ...[...new Set([...Object.keys(old), ...Object.keys(next)])].flatMap((field) =>
      difference(`source.${field}`, old[field], next[field]),
    ),
    ...(was === key ? [] : [{ field: 'source.api_key', before: shown(was), after: shown(key) }]),
  ]
}

/** Only what is said of any key: its kind, and not one character of the rest. */
const shown = (key: string | undefined) =>
  key === undefined ? null : redact(key) === key ? '…' : redact(key)

async function idOf(ctx: ServiceContext, name: string): Promise<Integration['id']> {
  const row = await destinationByName(ctx.pool, name)
  if (row) return row.id
  throw new ConfigError(`the warehouse ${name} is gone meanwhile`, { cure: 'apply again' })
}
