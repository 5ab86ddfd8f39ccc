import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { BellRing, Plus } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../../access/use-may.ts'
import { channelsQuery, deleteChannel } from '../../api/alerts.ts'
import type { Channel } from '../../api/types.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { later } from '../../ui/later.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useChange } from '../../ui/use-change.ts'
import { ChannelActions } from './channel-actions.tsx'
import { kinds } from './kinds.ts'

const ChannelForm = later(async () => (await import('./channel-form.tsx')).ChannelForm)

/** Where alerts go. */
export function Channels() {
  const channels = useQuery(channelsQuery)
  const may = useMay()
  const [opened, setOpened] = useState<Channel | 'new' | null>(null)
  const [removing, setRemoving] = useState<Channel | null>(null)
  const remove = useChange(deleteChannel, {
    key: ['alerts'],
    done: 'The channel is removed',
    onDone: () => setRemoving(null),
  })
  const add = may('admin') && (
    <Button variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={() => setOpened('new')}>
      Add a channel
    </Button>
  )
  return (
    <Panel
      title="Channels"
      about="Where alerts go"
      actions={channels.data && channels.data.length > 0 && add}
      flush
    >
      <Loaded of={channels}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon={BellRing} title="Nobody is told of anything yet" action={add}>
              {may('admin')
                ? 'Add an e-mail address, a Slack channel or a webhook, and then say what it is told.'
                : 'An administrator can add an e-mail address, a Slack channel or a webhook.'}
            </Empty>
          ) : (
            <DataTable
              label="Channels"
              rows={all}
              rowKey={({ id }) => id}
              columns={[
                { name: 'name', title: 'Name', cell: ({ name }) => <b>{name}</b> },
                { name: 'kind', title: 'Kind', cell: ({ kind }) => kinds[kind].label },
                { name: 'address', title: 'Goes to', cell: ({ address }) => <code>{address}</code> },
                {
                  name: 'actions',
                  title: <span className="visually-hidden">Actions</span>,
                  right: true,
                  cell: (one) => (
                    <ChannelActions
                      one={one}
                      onChange={() => setOpened(one)}
                      onRemove={() => setRemoving(one)}
                    />
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      {opened !== null && (
        <ChannelForm one={opened === 'new' ? undefined : opened} onClose={() => setOpened(null)} />
      )}
      <Confirm
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={`Remove ${removing?.name ?? ''}?`}
        action="Remove"
        danger
        busy={remove.isPending}
        onConfirm={() => removing && remove.mutate(removing.id)}
      >
        Its rules go with it: nobody is told there any more.
      </Confirm>
    </Panel>
  )
}
