/** Warehouses as objects of their own: made, tested, used by integrations. */
import { ConfigError } from '../../core/errors.ts'
import { anchored, destinationFor } from '../../destinations/registry.ts'
import { broke } from '../../store/database.ts'
import * as store from '../../store/destinations.ts'
import { deleteSecret } from '../../store/vault.ts'
import { redact } from '../redact.ts'
import type { ServiceContext } from './context.ts'
import { ConflictError, FieldError, NotFoundError, ofField } from './errors.ts'
import { change } from './people/deed.ts'
import type { Destination, DestinationInput, DestinationTest } from './resources/destination.ts'
import { iso, troubleOf } from './values.ts'

/** How long a warehouse may take to answer a test. */
const patience = 30_000

export async function listDestinations(ctx: ServiceContext): Promise<readonly Destination[]> {
  return (await store.destinations(ctx.pool)).map(shown)
}

/** Throws `NotFoundError`. */
export async function getDestination(ctx: ServiceContext, id: string): Promise<Destination> {
  return shown(await found(ctx, id))
}

/** Seals the address; asks nothing of the warehouse. Throws `FieldError` for an address that is none or a name that is taken. */
export async function createDestination(ctx: ServiceContext, input: DestinationInput): Promise<Destination> {
  const kind = await kindOfAddress(input.address)
  const id = ctx.newId()
  await nameOnce(input.name, () =>
    change(ctx.pool, async (sql, about) => {
      about({ id, name: input.name })
      const address_secret = await ctx.vault.put(sql, input.address)
      const row = { id, name: input.name, ...kind, address_shown: redact(input.address), address_secret }
      await store.insertDestination(sql, row, new Date(ctx.clock()))
    }),
  )
  return getDestination(ctx, id)
}

/**
 * Effective at the next run of its integrations, whose tables are then looked for at the new address. An address as
 * it is shown, without its password, stays as it is. Throws as `createDestination` does, and `NotFoundError`.
 */
export async function editDestination(
  ctx: ServiceContext,
  id: string,
  input: DestinationInput,
): Promise<Destination> {
  const before = await found(ctx, id)
  const isSame = input.address === before.address_shown
  const kind = isSame ? before : await kindOfAddress(input.address)
  await nameOnce(input.name, () =>
    change(ctx.pool, async (sql, about) => {
      about({ id, name: input.name })
      const address_secret = isSame ? before.address_secret : await ctx.vault.put(sql, input.address)
      const row = {
        id,
        name: input.name,
        kind: kind.kind,
        queryable: kind.queryable,
        address_shown: redact(input.address),
        address_secret,
      }
      if (!(await store.updateDestination(sql, row, new Date(ctx.clock()))))
        throw new NotFoundError('warehouse')
      if (!isSame) await deleteSecret(sql, before.address_secret)
    }),
  )
  return getDestination(ctx, id)
}

/** Forgets the warehouse and its address; what is in it stays. Throws `ConflictError` while an integration uses it. */
export async function deleteDestination(ctx: ServiceContext, id: string): Promise<void> {
  const before = await found(ctx, id)
  await change(ctx.pool, async (sql, about) => {
    about({ id, name: before.name })
    if (!(await store.deleteDestination(sql, id))) {
      throw new ConflictError(
        before.integrations > 0
          ? `integrations load into ${before.name}`
          : `tables of integrations that were deleted are being dropped from ${before.name}`,
        {
          cure:
            before.integrations > 0
              ? 'give them another warehouse, or delete them first'
              : 'wait until that is done',
        },
      )
    }
    await deleteSecret(sql, before.address_secret)
  })
}

/** Connects, makes a table for a moment and removes it. What is wrong is in the answer, not thrown. */
export async function testAddress(ctx: ServiceContext, address: string): Promise<DestinationTest> {
  const started = performance.now()
  let kind: string | null = null
  let trouble: DestinationTest['trouble'] = null
  try {
    kind = (await kindOfAddress(address)).kind
    const destination = await destinationFor(address)
    const signal = AbortSignal.timeout(patience)
    await using warehouse = await destination.open(anchored(address, ctx.dataDir), {
      integration: 'sluice_test',
      workDir: ctx.workDir,
      signal,
      report: () => {},
    })
    await warehouse.check()
  } catch (error) {
    trouble =
      error instanceof Error && error.name === 'TimeoutError'
        ? {
            message: `the warehouse did not answer within ${patience / 1000} seconds`,
            cure: 'see whether it can be reached from where sluice runs',
          }
        : troubleOf(error)
  }
  const seconds = Math.round(performance.now() - started) / 1000
  return { ok: trouble === null, kind, trouble, seconds }
}

/** As `testAddress`. Throws `NotFoundError`. */
export async function testDestination(ctx: ServiceContext, id: string): Promise<DestinationTest> {
  return testAddress(ctx, await addressOf(ctx, id))
}

/**
 * The whole address, with what opens it; a path that does not say where it begins does so in the data folder, wherever the
 * process was started. For runs alone. Throws `NotFoundError`.
 */
export async function addressOf(ctx: ServiceContext, id: string): Promise<string> {
  return anchored(await givenAddressOf(ctx, id), ctx.dataDir)
}

/** As `addressOf`, and as it was given. */
export async function givenAddressOf(ctx: ServiceContext, id: string): Promise<string> {
  return ctx.vault.get(ctx.pool, (await found(ctx, id)).address_secret)
}

async function found(ctx: ServiceContext, id: string): Promise<store.DestinationRow> {
  const row = await store.destinationById(ctx.pool, id)
  if (!row) throw new NotFoundError('warehouse')
  return row
}

/** Throws `FieldError` for an address that is none. Asks nothing of the warehouse. */
export async function kindOfAddress(
  address: string,
): Promise<{ readonly kind: string; readonly queryable: boolean }> {
  return ofField('address', async () => {
    const destination = await destinationFor(address)
    if (destination.name === 'memory') {
      throw new ConfigError('a warehouse in memory ends with its process', { cure: 'choose another kind' })
    }
    return { kind: destination.name, queryable: destination.query !== undefined }
  })
}

async function nameOnce(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!broke(error, 'destinations_name')) throw error
    throw new FieldError('name', `there is a warehouse called ${name} already`, {
      cure: 'choose another name, or use that one',
      cause: error,
    })
  }
}

function shown(row: store.DestinationRow): Destination {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    address: row.address_shown,
    integrations: row.integrations,
    queryable: row.queryable,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  }
}
