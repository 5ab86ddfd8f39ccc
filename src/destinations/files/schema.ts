/** What `prepare` makes of a manifest's tables: more tables and columns, never fewer. */
import { ConfigError } from '../../core/errors.ts'
import type { SchemaChange, Table } from '../../core/model.ts'
import type { TableEntry } from './manifest.ts'
import { foldedName, folderOf, nameOf } from './names.ts'

export interface Prepared {
  readonly tables: readonly TableEntry[]
  readonly changes: readonly SchemaChange[]
  /** Tables of which a key is another than before: every version gets its place. */
  readonly rekeyed: readonly string[]
}

/** Throws `ConfigError` for a column whose values are now of another type. */
export function prepared(before: readonly TableEntry[], tables: readonly Table[]): Prepared {
  const entries = new Map(before.map((entry) => [foldedName(entry.name), entry]))
  const changes: SchemaChange[] = []
  const rekeyed: string[] = []
  for (const table of tables) {
    const there = entries.get(foldedName(table.name))
    const key = table.key.map(nameOf)
    const columns = [...(there?.columns ?? [])]
    if (!there) changes.push({ table: table.name, change: 'create table' })
    for (const { name, type } of table.columns) {
      const known = columns.find((column) => column.name.toLowerCase() === foldedName(name))
      if (!known) {
        columns.push({ name: nameOf(name), type })
        if (there) changes.push({ table: table.name, change: 'add column', column: name })
      } else if (known.type !== type) {
        throw new ConfigError(
          `${table.name}.${name} is ${known.type} in the files, and its values are now ${type}`,
          {
            cure: 'choose another name, which is filled anew',
            option: '--name',
          },
        )
      }
    }
    if (there && there.key.join('\0') !== key.join('\0')) rekeyed.push(there.name)
    const name = there?.name ?? table.name
    entries.set(foldedName(table.name), { name, folder: there?.folder ?? folderOf(table.name), columns, key })
  }
  return { tables: [...entries.values()], changes, rekeyed }
}
