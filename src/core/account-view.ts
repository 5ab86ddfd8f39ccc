/** One account's part of a warehouse that holds several: its rows and its checkpoints. */
import type { Scopes, State, Warehouse } from './model.ts'

const prefix = 'account:'

/** The checkpoints of the integration and of its owner: all but those of other accounts. */
export const ownScopes: Scopes = { except: prefix }

/**
 * The warehouse as one account sees it: `read` gives its rows, `readState` its checkpoints, and a load's checkpoints
 * become its own. The owner's scopes are as they are; those of other accounts stand under the account's name. Closing it
 * closes nothing.
 */
export function accountView(warehouse: Warehouse, account: string, isOwner: boolean): Warehouse {
  const own = isOwner ? '' : `${prefix}${account}/`
  return {
    check: () => warehouse.check(),
    prepare: (tables) => warehouse.prepare(tables),
    async readState(options): Promise<State> {
      const scopes = isOwner ? ownScopes : { under: own }
      const state = await warehouse.readState({ ...options, scopes })
      return new Map([...state].map(([scope, cursor]) => [scope.slice(own.length), cursor]))
    },
    load: (load) =>
      warehouse.load({
        ...load,
        checkpoints: load.checkpoints.map(({ scope, cursor }) => ({ scope: `${own}${scope}`, cursor })),
      }),
    read: (table, within) => warehouse.read(table, within, account),
    async [Symbol.asyncDispose]() {},
  }
}
