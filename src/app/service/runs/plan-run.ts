import { join } from 'node:path'
import type { IntegrationRow } from '../../../store/integrations.ts'
import { type Plan, planSync } from '../../plan.ts'
import type { Settings } from '../../settings.ts'
import type { ServiceContext } from '../context.ts'
import { addressOf } from '../destinations.ts'
import { hasherOf } from '../hash-key.ts'
import { storedOf } from '../integration-view.ts'
import { chosenBy, hashes } from '../selection.ts'
import { configOfRow } from '../source.ts'
import { storeMeter } from './meter.ts'

/** How many objects that rows refer to and no list returns are read by id in a run, as on the command line. */
const heal = 500

/**
 * The plan of a run of an integration as it is stored, of all its `tables` or some. Throws `ConfigError` for what the user
 * must change.
 */
export async function planRun(
  ctx: ServiceContext,
  row: IntegrationRow,
  warn: (message: string) => void,
  {
    tables = null,
    full_refresh = false,
  }: { readonly tables?: readonly string[] | null; readonly full_refresh?: boolean } = {},
): Promise<Plan> {
  const { source, selection } = storedOf(row)
  const settings: Settings = {
    ...chosenBy(selection),
    ...(tables === null ? {} : { only: tables }),
    name: row.name,
    source: await configOfRow(ctx, row),
    to: await addressOf(ctx, row.destination_id ?? ''),
    workDir: join(ctx.workDir, row.id),
    ...(row.since === null ? {} : { since: row.since.getTime() }),
    // A full refresh is asked of core by time, since it may take several turns.
    fullRefresh: false,
    heal,
    ...(hashes(selection) ? { hasher: await hasherOf(ctx) } : {}),
  }
  return planSync(settings, warn, {
    stripeClock: ctx.stripeClock(settings.source.apiBase),
    newMeter: () => storeMeter(ctx, { limit: source.max_reads_per_month }),
    known: source.kind === 'key' && !full_refresh ? ownerOf(row) : undefined,
  })
}

/**
 * Whose the key is: it was asked when the key was given, and a key belongs to one account for good. So a run without
 * changes is one request. The first run asks, since it wants to know how old the account is, and so does a full refresh.
 */
function ownerOf({ account_id: id, account_name: name, livemode, loaded_at }: IntegrationRow) {
  return loaded_at === null ? undefined : { id, livemode, ...(name === null ? {} : { name }) }
}
