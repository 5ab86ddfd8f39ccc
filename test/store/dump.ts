/** The schema of the store as text: what a person reads when it changes. */
import type { Sql } from '../../src/store/database.ts'

export async function dumpSchema(sql: Sql): Promise<string> {
  const { rows } = await sql.query<{ line: string }>(`
    select line from (
      select c.relname as t, 0 as part, a.attnum as n,
        format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
          case when a.attnotnull then ' not null' else '' end,
          coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
            || case when a.attidentity <> '' then ' identity' else '' end) as line
      from pg_class c
        join pg_namespace s on s.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where s.nspname = 'sluice' and c.relkind = 'r'
      union all
      select c.relname, 1, row_number() over (order by o.conname),
        format('%s: %s %s', c.relname, o.conname, pg_get_constraintdef(o.oid))
      from pg_constraint o join pg_class c on c.oid = o.conrelid join pg_namespace s on s.oid = c.relnamespace
      where s.nspname = 'sluice' and o.contype <> 'n'
      union all
      select c.relname, 2, row_number() over (order by i.indexrelid::regclass::text),
        format('%s: %s', c.relname, pg_get_indexdef(i.indexrelid))
      from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace s on s.oid = c.relnamespace
      where s.nspname = 'sluice' and not i.indisprimary
    ) lines order by t, part, n`)
  return `${rows.map(({ line }) => line).join('\n')}\n`
}
