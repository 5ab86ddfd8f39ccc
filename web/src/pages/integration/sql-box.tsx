import { Button, Textarea } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Download, Play } from 'lucide-react'
import { useState } from 'react'
import { askWarehouse, schemaQuery } from '../../api/data.ts'
import { Problem, told } from '../../api/problem.ts'
import type { Integration } from '../../api/types.ts'
import { csvFile } from '../../ui/csv-file.ts'
import { counted, duration } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { RowsTable } from '../../ui/rows-table.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import classes from './sql-box.module.css'

/** SQL that only reads, with what can be asked beside it. */
export default function SqlBox({ one }: { readonly one: Integration }) {
  const first = one.selection.tables[0]?.name ?? 'invoices'
  const [sql, setSql] = useState(`select *\nfrom ${one.name}.${first}\nlimit 100`)
  const schema = useQuery(schemaQuery(one.id))
  const destination_id = one.destination?.id ?? ''
  const ask = useMutation({
    mutationFn: () => askWarehouse({ destination_id, sql, limit: 1_000 }, AbortSignal.timeout(60_000)),
  })
  const answer = ask.data
  return (
    <div className={classes.box}>
      <div className={classes.main}>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            ask.mutate()
          }}
        >
          <Textarea
            label="Query"
            description="It can only read. Ctrl+Enter runs it"
            autosize
            minRows={6}
            maxRows={20}
            spellCheck={false}
            classNames={{ input: classes.sql }}
            value={sql}
            onChange={(event) => setSql(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) ask.mutate()
            }}
          />
          <div className={classes.actions}>
            <Button type="submit" leftSection={<Play size={14} aria-hidden />} loading={ask.isPending}>
              Run
            </Button>
            {answer && (
              <>
                <Button
                  variant="default"
                  leftSection={<Download size={14} aria-hidden />}
                  onClick={() => csvFile(answer, `${one.name}.csv`)}
                >
                  CSV
                </Button>
                <span className={classes.about} role="status">
                  {counted(answer.rows.length, 'row')}
                  {answer.more ? ', and there are more' : ''} in {duration(answer.seconds)}
                </span>
              </>
            )}
          </div>
        </form>
        {ask.error && (
          <TroubleNote title={told(ask.error)} cure={ask.error instanceof Problem ? ask.error.cure : null} />
        )}
        {answer && (
          <Panel flush>
            <RowsTable answer={answer} />
          </Panel>
        )}
      </div>
      <aside className={classes.side} aria-label="Tables and columns">
        {schema.data?.map(({ schema: name, name: table, columns }) => (
          <details key={`${name}.${table}`}>
            <summary>
              <code>
                {name}.{table}
              </code>
            </summary>
            <ul>
              {columns.map((column) => (
                <li key={column.name}>
                  <code>{column.name}</code> <span>{column.type.toLowerCase()}</span>
                </li>
              ))}
            </ul>
          </details>
        ))}
      </aside>
    </div>
  )
}
