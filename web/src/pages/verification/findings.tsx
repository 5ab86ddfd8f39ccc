import type { ReactNode } from 'react'
import type { VerifiedTable } from '../../api/types.ts'
import { counted, exact, utcTime } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import classes from './findings.module.css'

interface Props {
  readonly tables: readonly VerifiedTable[]
  /** Whether what differed was to be written anew. */
  readonly repair: boolean
}

/** What there is to say of each table beyond its counts: which rows, which windows, which columns. */
export function Findings({ tables, repair }: Props) {
  const told = tables.map((table) => [table, findingsOf(table, repair)] as const)
  const some = told.filter(([, findings]) => findings.length > 0)
  if (some.length === 0) return null
  return (
    <Panel title="What was found">
      {some.map(([{ stream, table }, findings]) => (
        <section key={stream} className={classes.table} aria-label={`Found in ${table}`}>
          <h3>
            <code>{table}</code>
          </h3>
          <dl>
            {findings.map(([term, text]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Panel>
  )
}

type Finding = readonly [term: string, text: ReactNode]

function findingsOf(table: VerifiedTable, repair: boolean): readonly Finding[] {
  const unequal = table.sums.filter(({ source, warehouse }) => source !== warehouse)
  const all: readonly (Finding | false)[] = [
    table.reason !== null && ['Not looked at whole', table.reason],
    ...rows('Missing in the warehouse', table.missing),
    ...rows('In the warehouse and not in Stripe', table.extra),
    ...rows('Other values than in Stripe', table.stale),
    ...rows('Changed since the last run, which the next one brings', table.moved),
    repair &&
      table.repaired > 0 && ['Repaired', `${counted(table.repaired, 'row')}, read back and compared again`],
    table.not_checked.length > 0 && ['Not looked at: created', <Windows key="w" of={table} />],
    table.ignored.length > 0 && [
      'Not compared, as Stripe answers with another value each time',
      <Names key="i" names={table.ignored} />,
    ],
    ...unequal.map(
      ({ column, currency, source, warehouse }) =>
        [`Sum of ${column} in ${currency}`, `${source} in Stripe, ${warehouse} in the warehouse`] as const,
    ),
  ]
  return all.filter((one) => one !== false)
}

function rows(term: string, { count, ids }: VerifiedTable['missing']): readonly Finding[] {
  if (count === 0) return []
  const more = count - ids.length
  return [
    [
      term,
      <span key={term}>
        <Names names={ids} />
        {more > 0 && ` and ${counted(more, 'more row')}`}
      </span>,
    ],
  ]
}

function Names({ names }: { readonly names: readonly string[] }) {
  return (
    <span className={classes.names}>
      {names.map((name) => (
        <code key={name}>{name}</code>
      ))}
    </span>
  )
}

/** Windows that are shown; the file has all. */
const shown = 8

function Windows({ of: { not_checked: all } }: { readonly of: VerifiedTable }) {
  const text = (at: string | null, open: string) => (at === null ? open : utcTime(Date.parse(at)))
  return (
    <ul className={classes.windows}>
      {all.slice(0, shown).map(({ from, to }) => (
        <li key={`${from} ${to}`}>
          {from === null && to === null
            ? 'at any time'
            : `from ${text(from, 'the beginning')} to ${text(to, 'now')}`}
        </li>
      ))}
      {all.length > shown && <li>and {exact(all.length - shown)} more, which the file names</li>}
    </ul>
  )
}
