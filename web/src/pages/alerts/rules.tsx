import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ListChecks, Plus } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../../access/use-may.ts'
import { channelsQuery, deleteRule, rulesQuery } from '../../api/alerts.ts'
import { integrationQuery } from '../../api/integrations.ts'
import type { Rule } from '../../api/types.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { later } from '../../ui/later.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useChange } from '../../ui/use-change.ts'
import { eventText } from './events.ts'

const RuleForm = later(async () => (await import('./rule-form.tsx')).RuleForm)

/** What is told, of which integrations, to which channel. Without a channel there is nothing to say. */
export function Rules() {
  const channels = useQuery(channelsQuery).data ?? []
  const rules = useQuery(rulesQuery)
  const may = useMay()
  const [opened, setOpened] = useState<Rule | 'new' | null>(null)
  const remove = useChange(deleteRule, { key: ['alerts', 'rules'], done: 'The rule is removed' })
  if (channels.length === 0) return null
  const add = may('editor') && (
    <Button variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={() => setOpened('new')}>
      Add a rule
    </Button>
  )
  const columns: readonly Column<Rule>[] = [
    {
      name: 'events',
      title: 'When',
      cell: ({ events, hours }) => events.map((event) => <div key={event}>{eventText(event, hours)}</div>),
    },
    {
      name: 'of',
      title: 'Of',
      cell: ({ integration_id }) =>
        integration_id === null ? 'all integrations' : <IntegrationName id={integration_id} />,
    },
    {
      name: 'to',
      title: 'Tell',
      cell: ({ channel_id }) => <b>{channels.find(({ id }) => id === channel_id)?.name}</b>,
    },
    {
      name: 'actions',
      title: <span className="visually-hidden">Actions</span>,
      right: true,
      cell: (rule) =>
        may('editor') && (
          <Group gap={6} justify="flex-end" wrap="nowrap">
            <Button
              size="compact-sm"
              variant="default"
              aria-label="Change the rule"
              onClick={() => setOpened(rule)}
            >
              Change
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              aria-label="Remove the rule"
              loading={remove.isPending && remove.variables === rule.id}
              onClick={() => remove.mutate(rule.id)}
            >
              Remove
            </Button>
          </Group>
        ),
    },
  ]
  return (
    <Panel title="Rules" about="What each channel is told" actions={rules.data?.length ? add : null} flush>
      <Loaded of={rules}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={ListChecks} title="No channel is told of anything yet" action={add}>
              A rule says what is told, of which integrations, and where.
            </Empty>
          ) : (
            <DataTable label="Rules" rows={all} rowKey={({ id }) => id} columns={columns} />
          )
        }
      </Loaded>
      {opened !== null && (
        <RuleForm
          one={opened === 'new' ? undefined : opened}
          channels={channels}
          onClose={() => setOpened(null)}
        />
      )}
    </Panel>
  )
}

function IntegrationName({ id }: { readonly id: string }) {
  const { data } = useQuery({ ...integrationQuery(id), refetchInterval: false })
  return (
    <Link to="/integrations/$id" params={{ id }}>
      <code>{data?.name ?? '…'}</code>
    </Link>
  )
}
