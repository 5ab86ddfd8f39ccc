import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { revokeToken, tokensQuery } from '../../api/tokens.ts'
import type { Token } from '../../api/types.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { later } from '../../ui/later.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Time } from '../../ui/time.tsx'
import { useChange } from '../../ui/use-change.ts'

const NewToken = later(
  async () => (await import('./new-token.tsx')).NewToken,
  ({ opened }) => opened,
)

/** What programs show instead of a password. */
export function Tokens() {
  const tokens = useQuery(tokensQuery)
  const [adding, setAdding] = useState(false)
  const [ending, setEnding] = useState<Token | null>(null)
  const revoke = useChange(revokeToken, {
    key: ['tokens'],
    done: 'The token is ended',
    onDone: () => setEnding(null),
  })
  const add = (
    <Button leftSection={<Plus size={15} aria-hidden />} onClick={() => setAdding(true)}>
      New token
    </Button>
  )
  return (
    <Page
      title="API tokens"
      about={
        <>
          For programs. A token acts as its user, within its scope.{' '}
          <a href="/api/v1/docs">The API's reference</a>
        </>
      }
      actions={tokens.data?.length ? add : null}
    >
      <Panel flush>
        <Loaded of={tokens}>
          {(all) =>
            all.length === 0 ? (
              <Empty icon={KeyRound} title="No token yet" action={add}>
                Make one for each program that asks this service, so that each can be ended by itself.
              </Empty>
            ) : (
              <DataTable
                label="API tokens"
                rows={all}
                rowKey={({ id }) => id}
                columns={[
                  { name: 'name', title: 'Name', cell: ({ name }) => <b>{name}</b> },
                  { name: 'shown', title: 'Token', cell: ({ shown }) => <code>{shown}</code> },
                  { name: 'scope', title: 'Scope', cell: ({ scope }) => scope },
                  { name: 'user', title: 'User', cell: ({ user }) => user.email },
                  { name: 'used', title: 'Last used', cell: ({ used_at }) => <Time at={used_at} ago /> },
                  {
                    name: 'until',
                    title: 'Good until',
                    cell: ({ expires_at }) => <Time at={expires_at} none="ended by hand" />,
                  },
                  {
                    name: 'actions',
                    title: <span className="visually-hidden">Actions</span>,
                    right: true,
                    cell: (token) => (
                      <Button
                        size="compact-sm"
                        variant="default"
                        aria-label={`End ${token.name}`}
                        onClick={() => setEnding(token)}
                      >
                        End
                      </Button>
                    ),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </Panel>
      <NewToken opened={adding} onClose={() => setAdding(false)} />
      <Confirm
        opened={ending !== null}
        onClose={() => setEnding(null)}
        title={`End ${ending?.name ?? ''}?`}
        action="End the token"
        danger
        busy={revoke.isPending}
        onConfirm={() => ending && revoke.mutate(ending.id)}
      >
        Programs that use it are refused from now on.
      </Confirm>
    </Page>
  )
}
