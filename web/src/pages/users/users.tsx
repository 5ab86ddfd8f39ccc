import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { sessionQuery } from '../../api/session.ts'
import { invitationsQuery, usersQuery } from '../../api/users.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { later } from '../../ui/later.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { Invitations } from './invitations.tsx'
import { UserActions } from './user-actions.tsx'

const InviteUser = later(
  async () => (await import('./invite-user.tsx')).InviteUser,
  ({ opened }) => opened,
)

/** Who may come in, and as what. */
export function UsersPage() {
  const users = useQuery(usersQuery)
  const invitations = useQuery(invitationsQuery)
  const me = useQuery(sessionQuery).data?.user
  const [inviting, setInviting] = useState(false)
  return (
    <Page
      title="Users"
      about="Viewers see integrations, runs and logs. Editors change them and see data. Administrators also manage users and see the audit log."
      actions={
        <Button leftSection={<UserPlus size={15} aria-hidden />} onClick={() => setInviting(true)}>
          Invite
        </Button>
      }
    >
      <Panel flush>
        <Loaded of={users}>
          {(all) => (
            <DataTable
              label="Users"
              rows={all}
              rowKey={({ id }) => id}
              columns={[
                {
                  name: 'name',
                  title: 'Name',
                  cell: ({ name, id }) => <b>{id === me?.id ? `${name} (you)` : name}</b>,
                },
                { name: 'email', title: 'E-mail', cell: ({ email }) => email },
                { name: 'role', title: 'Role', cell: ({ role }) => role },
                {
                  name: 'active',
                  title: 'State',
                  cell: ({ active }) => (
                    <Status status={active ? 'active' : 'paused'} label={active ? 'Active' : 'Shut out'} />
                  ),
                },
                { name: 'seen', title: 'Last seen', cell: ({ seen_at }) => <Time at={seen_at} ago /> },
                {
                  name: 'actions',
                  title: <span className="visually-hidden">Actions</span>,
                  right: true,
                  cell: (user) => user.id !== me?.id && <UserActions user={user} />,
                },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      {invitations.data && invitations.data.length > 0 && <Invitations all={invitations.data} />}
      <InviteUser opened={inviting} onClose={() => setInviting(false)} />
    </Page>
  )
}
