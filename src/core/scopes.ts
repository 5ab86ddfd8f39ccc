/** Part of a state, by the beginnings of its scopes. */
import type { Scopes, State } from './model.ts'

export function stateWithin(state: State, scopes: Scopes | undefined): State {
  if (scopes === undefined) return new Map(state)
  const wanted =
    'under' in scopes
      ? (scope: string) => scope.startsWith(scopes.under)
      : (scope: string) => !scope.startsWith(scopes.except)
  return new Map([...state].filter(([scope]) => wanted(scope)))
}
