import { Button, Select } from '@mantine/core'
import { Download, ScrollText } from 'lucide-react'
import { logDownload } from '../../api/runs.ts'
import { Empty } from '../../ui/empty.tsx'
import { exact } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { SkeletonRows } from '../../ui/skeleton-rows.tsx'
import classes from './log.module.css'
import { LogLines } from './log-lines.tsx'
import type { LogStore } from './log-store.ts'
import { type LogFilter, useLogFilter } from './use-log-filter.ts'
import type { RunStream } from './use-run-stream.ts'

const levels = [
  { value: 'debug', label: 'All levels' },
  { value: 'info', label: 'Info and graver' },
  { value: 'warn', label: 'Warnings and errors' },
  { value: 'error', label: 'Errors' },
]

interface Props {
  readonly log: LogStore
  readonly run: string
  readonly streams: readonly string[]
  readonly state: RunStream['state']
}

/** The process log: by level, table and text, as it comes in, and to take away. */
export function LogView({ log, run, streams, state }: Props) {
  const { filter, setFilter, lines, count, all } = useLogFilter(log)
  const live = state === 'live'
  return (
    <Panel
      title="Process log"
      about={count === all ? `${exact(all)} lines` : `${exact(count)} of ${exact(all)} lines`}
      flush
      actions={
        <div className={classes.tools}>
          <SearchField
            label="Search the log"
            hint="Search"
            value={filter.text}
            onChange={(text) => setFilter({ ...filter, text })}
          />
          <Select
            aria-label="Level"
            w={170}
            data={levels}
            value={filter.level}
            onChange={(level) => level && setFilter({ ...filter, level: level as LogFilter['level'] })}
          />
          <Select
            aria-label="Table"
            w={150}
            placeholder="All tables"
            clearable
            searchable
            clearButtonProps={{ 'aria-label': 'All tables' }}
            data={[...streams]}
            value={filter.stream}
            onChange={(stream) => setFilter({ ...filter, stream })}
          />
          <Button
            component="a"
            href={logDownload(run)}
            download
            variant="default"
            leftSection={<Download size={14} aria-hidden />}
          >
            Download
          </Button>
        </div>
      }
    >
      {all === 0 && (state === 'opening' || state === 'lost') ? (
        <SkeletonRows />
      ) : count === 0 ? (
        <Empty
          icon={ScrollText}
          title={all > 0 ? 'No line is like that' : live ? 'Waiting for the first line' : 'The log is empty'}
        />
      ) : (
        <LogLines lines={lines} count={count} live={live} />
      )}
    </Panel>
  )
}
