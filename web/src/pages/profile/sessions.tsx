import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { endSession, sessionsQuery } from '../../api/me.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Time } from '../../ui/time.tsx'
import { useChange } from '../../ui/use-change.ts'

/** Where one is signed in; any of them can be ended from here. */
export function Sessions() {
  const sessions = useQuery(sessionsQuery)
  const end = useChange(endSession, { key: ['me', 'sessions'], done: 'You are signed out there' })
  return (
    <Panel title="Where you are signed in" flush>
      <Loaded of={sessions}>
        {(all) => (
          <DataTable
            label="Sessions"
            rows={all}
            rowKey={({ id }) => id}
            columns={[
              { name: 'ip', title: 'From', cell: ({ ip }) => <code>{ip ?? '–'}</code> },
              { name: 'made', title: 'Signed in', cell: ({ created_at }) => <Time at={created_at} /> },
              { name: 'seen', title: 'Last used', cell: ({ seen_at }) => <Time at={seen_at} ago /> },
              {
                name: 'end',
                title: <span className="visually-hidden">Actions</span>,
                right: true,
                cell: ({ id, current }) =>
                  current ? (
                    'this one'
                  ) : (
                    <Button size="compact-sm" variant="default" onClick={() => end.mutate(id)}>
                      Sign out there
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}
