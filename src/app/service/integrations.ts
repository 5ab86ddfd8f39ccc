/** The life of integrations: pending until data is there, then active, paused and back, deleted. */
import type { AccountInfo } from '../../core/model.ts'
import { broke, type Sql } from '../../store/database.ts'
import { destinationById } from '../../store/destinations.ts'
import { countIntegrations, integrations } from '../../store/integration-list.ts'
import * as store from '../../store/integrations.ts'
import { deleteSecret } from '../../store/vault.ts'
import { historyOf } from '../history.ts'
import type { ServiceContext } from './context.ts'
import { askForDrop, mustNotBeDropping } from './drops/ask.ts'
import { enqueue } from './enqueue.ts'
import { ConflictError, FieldError, NotFoundError, ofField } from './errors.ts'
import { integrationOf, storedOf } from './integration-view.ts'
import { disconnect } from './oauth/disconnect.ts'
import { change } from './people/deed.ts'
import type {
  Integration,
  IntegrationEdit,
  IntegrationInput,
  IntegrationQuery,
  IntegrationsPage,
} from './resources/integration.ts'
import type { Schedule } from './resources/schedule.ts'
import type { SourceEdit, SourceInput } from './resources/source.ts'
import { runKind } from './runs/kind.ts'
import { checkSchedule, nextDate } from './schedules.ts'
import { checkModes, checkSelection } from './selection.ts'
import { accountOf, keepCredentials, keyShown, type StoredSource, storedSource } from './source.ts'
import { cancelOpen } from './turns/cancel.ts'
import { pageOf } from './values.ts'
import { verifyKind } from './verify/kind.ts'
import { removeEndpoint } from './webhooks/endpoint.ts'
import { eraseWebhook } from './webhooks/webhooks.ts'

/** Newest first unless another order is asked for; those that were deleted only when they are. */
export async function listIntegrations(
  ctx: ServiceContext,
  query: IntegrationQuery,
): Promise<IntegrationsPage> {
  const { status, q, deleted, troubled, limit, after, order, direction } = query
  const filter = { status, text: q, deleted, troubled }
  const down = direction === undefined ? order === 'created' : direction === 'down'
  const [rows, { fitting, present }] = await Promise.all([
    integrations(ctx.pool, { ...filter, order, down, after, limit: limit + 1 }),
    countIntegrations(ctx.pool, filter),
  ])
  return { ...pageOf(rows, limit, integrationOf, ({ id }) => id), total: fitting, present }
}

/** Throws `NotFoundError`. */
export async function getIntegration(ctx: ServiceContext, id: string): Promise<Integration> {
  const row = await store.integrationView(ctx.pool, id)
  if (!row) throw new NotFoundError('integration')
  return integrationOf(row)
}

/**
 * Makes an integration after asking whose its key is. One that runs in intervals starts at once; one with cron waits
 * for its time. Throws `FieldError` for what is wrong with the input, `ConflictError` for a name that is taken.
 */
export async function createIntegration(ctx: ServiceContext, input: IntegrationInput): Promise<Integration> {
  const now = ctx.clock()
  const since = await ofField('history', () => historyOf(input.history, now))
  await ofField('schedule', () => checkSchedule(input.schedule, now))
  await ofField('verify.schedule', () => checkSchedule(input.verify.schedule, now))
  await checkSelection(input.selection)
  await destinationOf(ctx, input.destination_id)
  await nameFree(ctx.pool, input)
  const account = await accountOf(ctx, input.source)
  const id = ctx.newId()
  await nameOnce(input.name, () =>
    change(ctx.pool, async (sql, about) => {
      about({ id, name: input.name })
      if (input.reuse_name) {
        await store.releaseName(sql, input.name)
        await mustNotBeDropping(sql, input.name)
      }
      await store.insertIntegration(
        sql,
        {
          id,
          name: input.name,
          description: input.description,
          destination_id: input.destination_id,
          source: storedSource(input.source),
          source_secret: await keepCredentials(ctx, sql, input.source),
          key_shown: keyShown(input.source),
          account_id: account.id,
          account_name: account.name ?? null,
          livemode: account.livemode,
          selection: input.selection,
          since,
          schedule: input.schedule,
          next_run_at: nextAt(id, input.schedule, now, now),
          verify: input.verify,
          next_verify_at: nextAt(id, input.verify.schedule, now, now),
        },
        new Date(now),
      )
      if (input.schedule.kind === 'every') {
        const first = { trigger: 'schedule', tables: null, full_refresh: false } as const
        await enqueue(ctx, sql, [{ ...first, integration_id: id, account_id: account.id }])
      }
    }),
  )
  ctx.log('info', `the integration ${input.name} was made, of the account ${account.id}`)
  return getIntegration(ctx, id)
}

/** Effective at the next run. Throws `FieldError`, `NotFoundError`, and `ConflictError` when somebody else was quicker. */
export async function editIntegration(
  ctx: ServiceContext,
  id: string,
  edit: IntegrationEdit,
): Promise<Integration> {
  const now = ctx.clock()
  const before = await present(ctx.pool, id)
  if (edit.schedule) await ofField('schedule', () => edit.schedule && checkSchedule(edit.schedule, now))
  const { verify } = edit
  if (verify) await ofField('verify.schedule', () => checkSchedule(verify.schedule, now))
  if (edit.selection) await checkSelection(edit.selection)
  if (edit.destination_id) await destinationOf(ctx, edit.destination_id)
  const staying = edit.source && stayingGranted(before, edit.source)
  const source = edit.source && !staying ? await withKey(ctx, before, edit.source) : undefined
  const account = source && (await accountOf(ctx, source))
  if (account) sameAccount(before, account)
  await change(ctx.pool, async (sql, about) => {
    const row = await present(sql, id, { lock: true })
    about({ id, name: row.name })
    if (edit.revision !== undefined && edit.revision !== row.revision) throw overtaken(row.name)
    const stored = storedOf(row)
    const { selection: next } = edit
    if (next) await ofField('selection', () => checkModes(stored.selection, next))
    const { schedule = stored.schedule } = edit
    await store.updateIntegration(
      sql,
      {
        id,
        description: edit.description ?? row.description,
        destination_id: edit.destination_id ?? row.destination_id,
        source: source ? storedSource(source) : (staying ?? stored.source),
        source_secret: source ? await keepCredentials(ctx, sql, source) : row.source_secret,
        key_shown: source ? keyShown(source) : row.key_shown,
        account_name: account?.name ?? row.account_name,
        selection: next ?? stored.selection,
        schedule,
        next_run_at:
          row.status === 'paused'
            ? null
            : edit.schedule
              ? nextAt(id, schedule, row.created_at.getTime(), now)
              : row.next_run_at,
        verify: verify ?? stored.verify,
        next_verify_at: verify
          ? nextAt(id, verify.schedule, row.created_at.getTime(), now)
          : row.next_verify_at,
      },
      new Date(now),
    )
    if (source && row.source_secret) await deleteSecret(sql, row.source_secret)
  })
  return getIntegration(ctx, id)
}

/** The source of an account that stays connected as it is; undefined where it does not. */
function stayingGranted(before: store.IntegrationRow, edit: SourceEdit): StoredSource | undefined {
  if (edit.kind !== 'oauth' || edit.grant_id !== undefined) return undefined
  if (storedOf(before).source.kind !== 'oauth') return undefined
  const { grant_id: _, ...rest } = edit
  return rest
}

/**
 * With the key that is there, where none is given. Throws `FieldError` when there is none, and for another address: who
 * does not know the key must not have it sent to where they like.
 */
async function withKey(
  ctx: ServiceContext,
  before: store.IntegrationRow,
  edit: SourceEdit,
): Promise<SourceInput> {
  if (edit.kind === 'demo') return edit
  if (edit.kind === 'oauth') {
    const { grant_id } = edit
    if (grant_id !== undefined) return { ...edit, grant_id }
    throw new FieldError('source.grant_id', 'the account is not connected yet', { cure: 'connect it first' })
  }
  if (edit.api_key === undefined && storedOf(before).source.kind !== 'key') {
    throw new FieldError('source.api_key', 'a key is needed', { cure: 'give one' })
  }
  if (edit.api_key === undefined && edit.api_base !== storedOf(before).source.api_base) {
    throw new FieldError('source.api_base', 'for another address the key is needed again', {
      cure: 'give it as api_key',
    })
  }
  const { api_key = before.source_secret && (await ctx.vault.get(ctx.pool, before.source_secret)) } = edit
  if (!api_key) throw new FieldError('source.api_key', 'a key is needed', { cure: 'give one' })
  return { ...edit, api_key }
}

/** No schedule starts it any more; an open run ends at its next checkpoint. Once more does nothing. Throws `NotFoundError`. */
export async function pauseIntegration(ctx: ServiceContext, id: string): Promise<Integration> {
  const at = new Date(ctx.clock())
  await change(ctx.pool, async (sql, about) => {
    const row = await present(sql, id, { lock: true })
    about({ id, name: row.name })
    if (row.status === 'paused') return
    await store.setPaused(sql, id, { paused: true, nextRunAt: null, at })
    await cancelOpen(ctx, sql, runKind, id)
  })
  return getIntegration(ctx, id)
}

/**
 * The schedule goes on, at once: nothing that happened meanwhile is missed, since every table carries on at its
 * lastRunDate. Once more does nothing. Throws `NotFoundError`.
 */
export async function activateIntegration(ctx: ServiceContext, id: string): Promise<Integration> {
  const now = ctx.clock()
  await change(ctx.pool, async (sql, about) => {
    const row = await present(sql, id, { lock: true })
    about({ id, name: row.name })
    if (row.status !== 'paused') return
    const { schedule } = storedOf(row)
    const nextRunAt =
      schedule.kind === 'every' ? new Date(now) : nextAt(id, schedule, row.created_at.getTime(), now)
    await store.setPaused(sql, id, { paused: false, nextRunAt, at: new Date(now) })
  })
  return getIntegration(ctx, id)
}

/**
 * Erases the credentials, ends the schedule, an open run and an open verification. Its runs stay to be read, its tables
 * stay in the warehouse, and its name stays taken. With `drop_tables` a worker drops the tables when both have ended;
 * that may also be asked for later, of an integration that was deleted. Throws `NotFoundError`, and `ConflictError` when the
 * tables are not its own any more.
 */
export async function deleteIntegration(
  ctx: ServiceContext,
  id: string,
  { drop_tables }: { readonly drop_tables: boolean } = { drop_tables: false },
): Promise<void> {
  const at = new Date(ctx.clock())
  const before = await store.integrationById(ctx.pool, id)
  // Outside: it takes the key, which is erased, and Stripe's time.
  if (before && before.status !== 'deleted') {
    await removeEndpoint(ctx, before)
    await disconnect(ctx, before)
  }
  await change(ctx.pool, async (sql, about) => {
    const row = await store.integrationById(sql, id, { lock: true })
    if (!row || (row.status === 'deleted' && !drop_tables)) throw new NotFoundError('integration')
    about({ id, name: row.name })
    if (row.status !== 'deleted') await setDeleted(ctx, sql, row, at)
    if (drop_tables) await askForDrop(ctx, sql, row)
  })
}

async function setDeleted(ctx: ServiceContext, sql: Sql, row: store.IntegrationRow, at: Date): Promise<void> {
  await cancelOpen(ctx, sql, runKind, row.id)
  await cancelOpen(ctx, sql, verifyKind, row.id)
  await store.setDeleted(sql, row.id, at)
  await eraseWebhook(sql, row.id)
  if (row.source_secret) await deleteSecret(sql, row.source_secret)
  ctx.log('info', `the integration ${row.name} was deleted, and its credentials erased`)
}

/** Throws `FieldError` when a new key is of another account. */
export function sameAccount(before: store.IntegrationRow, { id, livemode }: AccountInfo): void {
  if (id === before.account_id && livemode === before.livemode) return
  const mode = (live: boolean) => (live ? 'live mode' : 'test mode')
  throw new FieldError(
    'source.api_key',
    `the key is for the account ${id} in ${mode(livemode)}, and ${before.name} is of ${before.account_id} in ${mode(before.livemode)}`,
    { cure: 'use a key of that account, or make another integration' },
  )
}

const nextAt = (id: string, schedule: Schedule, created: number, now: number) =>
  nextDate({ id, schedule, created }, now)

async function present(sql: Sql, id: string, options = { lock: false }): Promise<store.IntegrationRow> {
  const row = await store.integrationById(sql, id, options)
  if (!row || row.status === 'deleted') throw new NotFoundError('integration')
  return row
}

async function destinationOf(ctx: ServiceContext, id: string): Promise<void> {
  if (await destinationById(ctx.pool, id)) return
  throw new FieldError('destination_id', 'there is no such warehouse', { cure: 'make it first' })
}

/** Before anything is asked of the account. Throws `ConflictError` for what is in the way of the name. */
export async function nameFree(
  sql: Sql,
  { name, reuse_name }: Pick<IntegrationInput, 'name' | 'reuse_name'>,
): Promise<void> {
  const holder = await store.nameHolder(sql, name)
  if (holder === 'present') throw nameTaken(name)
  if (holder === 'deleted') await mustNotBeDropping(sql, name)
  if (holder === 'deleted' && !reuse_name) {
    throw new ConflictError(`an integration called ${name} was deleted, and its tables may still be there`, {
      cure: 'choose another name, or say reuse_name to carry on in its tables',
    })
  }
}

async function nameOnce(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (broke(error, 'integrations_name')) throw nameTaken(name)
    if (broke(error, 'integrations_destination_id_fkey')) {
      throw new FieldError('destination_id', 'there is no such warehouse', { cure: 'make it first' })
    }
    throw error
  }
}

const nameTaken = (name: string) =>
  new ConflictError(`there is an integration called ${name} already`, { cure: 'choose another name' })

const overtaken = (name: string) =>
  new ConflictError(`somebody has edited ${name} meanwhile`, {
    cure: 'load it again, and edit what is there',
  })
