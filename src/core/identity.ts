/** Whose an integration's name is, and how far its history goes: settled by its first run, kept with its cursors. */
import { ConfigError } from './errors.ts'
import type { AccountInfo, Checkpoint, Json, RunEvent, State } from './model.ts'

/** Scope of the checkpoint that ties an integration's name to its account. */
const identityScope = 'integration'

export type Identity = { readonly account: string; readonly livemode: boolean; readonly since?: number }

function identityOf(state: State): Identity | undefined {
  const cursor = state.get(identityScope)
  return cursor === undefined ? undefined : (cursor as Json & Identity)
}

/**
 * Whether the integration's name is still free in this state, or is this account's already.
 * Throws `ConfigError` when it belongs to another account or mode.
 */
export function checkIdentity(
  state: State,
  account: AccountInfo,
  options: { readonly integration: string; readonly address: string },
): 'free' | 'ours' {
  const known = identityOf(state)
  if (!known) return 'free'
  const mode = (livemode: boolean) => (livemode ? 'live mode' : 'test mode')
  if (known.account !== account.id || known.livemode !== account.livemode) {
    throw new ConfigError(
      `the integration "${options.integration}" in ${options.address} belongs to account ${known.account} in ${mode(known.livemode)}, and the key is for ${account.id} in ${mode(account.livemode)}`,
      { cure: 'choose another name, or use a key of that account', option: '--name' },
    )
  }
  return 'ours'
}

/** Milliseconds since 1970: how far the integration's history goes back; undefined when it is whole. */
export function historyStart(state: State): number | undefined {
  return identityOf(state)?.since
}

/** The integration's identity for this run. Throws `ConfigError` when the name belongs to another account or mode. */
export function agree(
  state: State,
  account: AccountInfo,
  options: {
    readonly integration: string
    readonly address: string
    readonly since?: number
    readonly fullRefresh?: boolean
    readonly report: (event: RunEvent) => void
  },
): Identity {
  const { since } = options
  const fresh: Identity = {
    account: account.id,
    livemode: account.livemode,
    ...(since === undefined ? {} : { since }),
  }
  checkIdentity(state, account, options)
  const known = identityOf(state)
  if (!known) return fresh
  if (options.fullRefresh) return fresh
  if (since !== undefined && since < (known.since ?? Number.NEGATIVE_INFINITY)) {
    options.report({
      type: 'log',
      level: 'warn',
      message: `history goes back to ${new Date(known.since ?? 0).toISOString().slice(0, 10)}, as the first run was told; a full refresh reads more`,
    })
  }
  return known
}

export const identityMark = (identity: Identity): Checkpoint => ({ scope: identityScope, cursor: identity })
