import { ConfigError } from '../core/errors.ts'

/** `['invoices=total,created']` by table; a table given twice has both lists. `option` is for the error. Throws `ConfigError`. */
export function fieldLists(option: string, given: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const lists = new Map<string, readonly string[]>()
  for (const entry of given) {
    const [, table, fields] = /^\s*([^=\s]+)\s*=(.*)$/.exec(entry) ?? []
    const names = listed(fields ?? '')
    if (!table || names.length === 0) {
      throw new ConfigError(`${option} "${entry}" does not name a table and its fields`, {
        cure: `write ${option} invoices=total,created`,
      })
    }
    lists.set(table, [...new Set([...(lists.get(table) ?? []), ...names])])
  }
  return lists
}

/** All fields of both. */
export function together(
  some: ReadonlyMap<string, readonly string[]>,
  others: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const tables = [...new Set([...some.keys(), ...others.keys()])]
  return new Map(
    tables.map((table) => [table, [...new Set([...(some.get(table) ?? []), ...(others.get(table) ?? [])])]]),
  )
}

/** `'a, b,,a'` → `['a', 'b']` */
export function listed(text: string): readonly string[] {
  return [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '')
}
