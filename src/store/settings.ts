/** What the store knows of itself, by name. */
import type { Sql } from './database.ts'

export type SettingName = 'master_key' | 'log_days' | 'run_days' | 'cookie_key' | 'hash_key'

export async function readSetting(sql: Sql, name: SettingName): Promise<unknown> {
  const { rows } = await sql.query<{ value: unknown }>('select value from sluice.settings where name = $1', [
    name,
  ])
  return rows[0]?.value
}

/** With `keep`, a value that is there stays. Returns what is there then. */
export async function writeSetting(
  sql: Sql,
  name: SettingName,
  value: unknown,
  { keep = false } = {},
): Promise<unknown> {
  const { rows } = await sql.query<{ value: unknown }>(
    `insert into sluice.settings (name, value) values ($1, $2::jsonb)
     on conflict (name) do update
       set value = case when $3 then settings.value else excluded.value end,
           updated_at = case when $3 then settings.updated_at else now() end
     returning value`,
    [name, JSON.stringify(value), keep],
  )
  return rows[0]?.value
}
