import { randomBytes } from 'node:crypto'
import { transaction } from '../../store/database.ts'
import { readSetting, writeSetting } from '../../store/settings.ts'
import { deleteSecret } from '../../store/vault.ts'
import { type Hasher, hasher } from '../../stripe/hasher.ts'
import type { ServiceContext } from './context.ts'

/**
 * Makes the hashes of fields that are to be hashed: with the key of SLUICE_HASH_KEY, or else one that the service has
 * made for itself and sealed, the same for all integrations, so that hashes join.
 */
export async function hasherOf(
  ctx: ServiceContext,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Hasher> {
  const given = env.SLUICE_HASH_KEY
  if (given !== undefined && given.trim() !== '') return hasher(given)
  const known = (await readSetting(ctx.pool, 'hash_key')) as string | undefined
  if (known !== undefined) return hasher(await ctx.vault.get(ctx.pool, known))
  const id = await transaction(ctx.pool, async (sql) => {
    const made = await ctx.vault.put(sql, randomBytes(32).toString('hex'))
    const kept = (await writeSetting(sql, 'hash_key', made, { keep: true })) as string
    // Another process was quicker.
    if (kept !== made) await deleteSecret(sql, made)
    return kept
  })
  return hasher(await ctx.vault.get(ctx.pool, id))
}
