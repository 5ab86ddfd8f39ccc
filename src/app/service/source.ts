/** Accounts: how an integration reaches one, and what its key may read. */
import type { AccountInfo } from '../../core/model.ts'
import type { Sql } from '../../store/database.ts'
import type { IntegrationRow } from '../../store/integrations.ts'
import { grantSecret, takeGrant } from '../../store/oauth.ts'
import { keyCreationUrl } from '../../stripe/access.ts'
import { type StripeConfig, stripeConfig } from '../../stripe/config.ts'
import { resolveStreams } from '../../stripe/selection.ts'
import { historyOf } from '../history.ts'
import { openAccounts, openSource } from '../source.ts'
import type { ServiceContext } from './context.ts'
import { FieldError, ofField } from './errors.ts'
import { appOf, bearerOf } from './oauth/tokens.ts'
import type { RowEstimate, Source, SourceCheck, SourceInput } from './resources/source.ts'
import { storeMeter } from './runs/meter.ts'

/** How the account is reached, without its key: what the store keeps in the clear. */
export interface StoredSource {
  readonly kind: 'key' | 'oauth' | 'demo'
  readonly account?: string | undefined
  readonly context?: string | undefined
  readonly accounts?: Source['accounts'] | undefined
  readonly api_base?: string | undefined
  readonly rate_percent?: number | undefined
  readonly max_reads_per_month?: number | undefined
}

const patience = 60_000
/** A sandbox on this machine has no other users. */
const unlimited = { account: 10_000, endpoint: 10_000, endpoints: {} } as const

/**
 * Asks whose the key is, and of each table whether it may be read: of those named, otherwise of all that `all` means.
 * Throws `FieldError` when the key is not accepted.
 */
export async function checkSource(
  ctx: ServiceContext,
  input: SourceInput,
  streams?: readonly string[],
): Promise<SourceCheck> {
  const names = (await ofField('streams', () => resolveStreams(streams ?? 'all'))).map(({ name }) => name)
  const config = await configOf(ctx, input)
  const signal = AbortSignal.timeout(patience)
  await using opened = opening(ctx, config)
  const account = await ofField('source.api_key', () => opened.owner(signal))
  await using source = await ofField('source.accounts', () => opened.first(signal))
  const infos = await source.discover({ probe: true, streams: names }, signal)
  const missing = infos.some(({ access }) => access.status === 'no_permission')
  const needed = infos.flatMap((info) => info.access.permission ?? info.permission ?? [])
  return {
    account: shownAccount(account),
    streams: infos.map(({ name, access, permission }) => ({
      stream: name,
      status: access.status,
      reason: access.reason ?? null,
      permission: access.permission ?? permission ?? null,
    })),
    key_url: missing ? keyCreationUrl(needed) : null,
  }
}

/**
 * How many rows the streams may have, of the key's own account or the one that is named: a request for each. Throws
 * `FieldError` when the key is not accepted, and for a history or streams that cannot be.
 */
export async function estimateRows(
  ctx: ServiceContext,
  input: SourceInput,
  streams: readonly string[],
  history: string,
): Promise<readonly RowEstimate[]> {
  const since = await ofField('history', () => historyOf(history, ctx.clock()))
  const names = (await ofField('streams', () => resolveStreams(streams))).map(({ name }) => name)
  const { accounts: _, ...config } = await configOf(ctx, input)
  const limits = { newMeter: () => storeMeter(ctx, { limit: undefined }) }
  await using source = openSource(config, ctx.workDir, () => {}, limits).source
  const signal = AbortSignal.timeout(patience)
  await ofField('source.api_key', () => source.check(signal))
  const found = await source.estimate(names, since?.getTime(), signal)
  return found.map(({ perMonth, ...rest }) => ({ ...rest, per_month: perMonth }))
}

/** Whose the key is. Throws `FieldError` when it is not accepted. */
export async function accountOf(ctx: ServiceContext, input: SourceInput): Promise<AccountInfo> {
  await using opened = opening(ctx, await configOf(ctx, input))
  return await ofField('source.api_key', () => opened.owner(AbortSignal.timeout(patience)))
}

/** Whose a configuration is, and an account of it that its tables can be asked of: what the key may read is the same in all. */
function opening(ctx: ServiceContext, config: StripeConfig) {
  const limits = { newMeter: () => storeMeter(ctx, { limit: undefined }) }
  if (config.accounts === undefined) {
    const { source } = openSource(config, ctx.workDir, () => {}, limits)
    const first = async () => ({ ...source, async [Symbol.asyncDispose]() {} })
    return { owner: source.check, first, [Symbol.asyncDispose]: source[Symbol.asyncDispose] }
  }
  const accounts = openAccounts(config, ctx.workDir, () => {}, limits)
  return {
    owner: accounts.owner,
    async first(signal: AbortSignal) {
      for await (const [account] of accounts.list(signal)) if (account) return accounts.open(account)
      return accounts.open(await accounts.owner(signal))
    },
    [Symbol.asyncDispose]: accounts[Symbol.asyncDispose],
  }
}

/** How to reach an account that was just given. Throws `FieldError`. */
function configOf(ctx: ServiceContext, input: SourceInput): Promise<StripeConfig> {
  return ofField('source', async () => {
    const source = storedSource(input)
    if (input.kind !== 'oauth')
      return stripeConfigOf(ctx, source, input.kind === 'key' ? input.api_key : null)
    const secret = await grantSecret(ctx.pool, input.grant_id, new Date(ctx.clock()))
    if (secret === undefined) throw usedUp()
    return grantedConfig(ctx, source, secret)
  })
}

/** The account of an integration. Throws `ConfigError`. */
export async function configOfRow(ctx: ServiceContext, row: IntegrationRow): Promise<StripeConfig> {
  const source = row.source as StoredSource
  if (source.kind === 'oauth') return grantedConfig(ctx, source, row.source_secret ?? '')
  const key = row.source_secret === null ? null : await ctx.vault.get(ctx.pool, row.source_secret)
  return stripeConfigOf(ctx, source, key)
}

/** With tokens that are in the vault, and replaced there. */
async function grantedConfig(
  ctx: ServiceContext,
  source: StoredSource,
  secret: string,
): Promise<StripeConfig> {
  const bearer = bearerOf(ctx, secret)
  const { base } = appOf(ctx)
  const config = await stripeConfigOf(
    ctx,
    { ...source, ...(base === undefined ? {} : { api_base: base }) },
    await bearer(),
  )
  return { ...config, apiKey: { ...config.apiKey, isGranted: true }, bearer }
}

const usedUp = () =>
  new FieldError(
    'source.grant_id',
    'the account is not connected (any more): that was used, or took too long',
    {
      cure: 'connect it again',
    },
  )

/**
 * What opens the account, in the vault: a key is put there, tokens are there already and are the integration's from
 * now on. Throws `FieldError`.
 */
export async function keepCredentials(
  ctx: ServiceContext,
  sql: Sql,
  input: SourceInput,
): Promise<string | null> {
  if (input.kind === 'demo') return null
  if (input.kind === 'key') return ctx.vault.put(sql, input.api_key)
  const secret = await takeGrant(sql, input.grant_id, new Date(ctx.clock()))
  if (secret === undefined) throw usedUp()
  return secret
}

/** How to reach an account of the store. Throws `ConfigError`. */
export async function stripeConfigOf(
  ctx: ServiceContext,
  source: StoredSource,
  key: string | null,
): Promise<StripeConfig> {
  if (source.kind === 'demo') {
    if (!ctx.demo) {
      throw new FieldError('source', 'this process serves no made-up account', {
        cure: 'start sluice serve with a worker in it, or give a key',
      })
    }
    return { ...stripeConfig(await ctx.demo()), limits: unlimited }
  }
  return stripeConfig({
    apiKey: key ?? '',
    ...(source.api_base === undefined ? {} : { apiBase: source.api_base }),
    ...(source.account === undefined ? {} : { account: source.account }),
    ...(source.context === undefined ? {} : { context: source.context }),
    ...(source.accounts === undefined ? {} : { accounts: [source.accounts].flat() }),
    ...(source.rate_percent === undefined ? {} : { rate: source.rate_percent / 100 }),
  })
}

export function storedSource(input: SourceInput): StoredSource {
  if (input.kind === 'demo') return { kind: 'demo' }
  if (input.kind === 'oauth') {
    const { grant_id: _, ...rest } = input
    return rest
  }
  const { api_key: _, ...rest } = input
  return rest
}

/** Of a key its last four characters, and nothing of one so short that they would tell much of it. */
export function keyShown(input: SourceInput): string | null {
  return input.kind === 'key' && input.api_key.trim().length >= 24 ? input.api_key.trim().slice(-4) : null
}

export function shownSource(source: StoredSource, key: string | null): Source {
  return {
    kind: source.kind,
    key_last4: key,
    account: source.account ?? null,
    context: source.context ?? null,
    accounts: source.accounts ?? 'own',
    api_base: source.api_base ?? null,
    rate_percent: source.rate_percent ?? 80,
    max_reads_per_month: source.max_reads_per_month ?? null,
  }
}

function shownAccount({ id, name, livemode }: AccountInfo): SourceCheck['account'] {
  return { id, name: name ?? null, livemode }
}
