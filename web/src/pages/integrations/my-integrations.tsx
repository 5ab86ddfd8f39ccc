import { Select, TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import type { Integration } from '../../api/types.ts'
import type { Sort } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { counted } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { arranged, type Filter } from './arranged.ts'
import { IntegrationsTable } from './integrations-table.tsx'

const states = [
  { value: 'any', label: 'Any state' },
  { value: 'active', label: 'Active' },
  { value: 'pending', label: 'Pending' },
  { value: 'paused', label: 'Paused' },
  { value: 'trouble', label: 'Last run not well' },
]

/** All integrations, with what narrows and orders them. */
export function MyIntegrations({ all }: { readonly all: readonly Integration[] }) {
  const [text, setText] = useState('')
  const [state, setState] = useState<Filter['state']>('any')
  const [sort, setSort] = useState<Sort>({ by: 'name', down: false })
  const wanted = useDeferredValue(text)
  const shown = useMemo(() => arranged(all, { text: wanted, state }, sort), [all, wanted, state, sort])
  return (
    <Panel
      title="My integrations"
      about={
        shown.length === all.length ? counted(all.length, 'integration') : `${shown.length} of ${all.length}`
      }
      flush
      actions={
        <>
          <TextInput
            aria-label="Search integrations"
            placeholder="Name or account"
            leftSection={<Search size={14} aria-hidden />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Select
            aria-label="Filter by state"
            w={160}
            data={states}
            value={state}
            onChange={(value) => setState((value ?? 'any') as Filter['state'])}
          />
        </>
      }
    >
      {shown.length === 0 ? (
        <Empty icon={Search} title="No integration is like that" />
      ) : (
        <IntegrationsTable rows={shown} sort={sort} onSort={setSort} />
      )}
    </Panel>
  )
}
