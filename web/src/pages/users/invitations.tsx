import { Button } from '@mantine/core'
import type { Invitation } from '../../api/types.ts'
import { revokeInvitation } from '../../api/users.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Time } from '../../ui/time.tsx'
import { useChange } from '../../ui/use-change.ts'

/** Invitations that nobody has taken up yet. */
export function Invitations({ all }: { readonly all: readonly Invitation[] }) {
  const revoke = useChange(revokeInvitation, { key: ['invitations'], done: 'The invitation is taken back' })
  return (
    <Panel title="Open invitations" flush>
      <DataTable
        label="Open invitations"
        rows={all}
        rowKey={({ id }) => id}
        columns={[
          { name: 'email', title: 'E-mail', cell: ({ email }) => email },
          { name: 'role', title: 'Role', cell: ({ role }) => role },
          { name: 'by', title: 'Invited by', cell: ({ invited_by }) => invited_by ?? '–' },
          { name: 'until', title: 'Good until', cell: ({ expires_at }) => <Time at={expires_at} /> },
          {
            name: 'actions',
            title: <span className="visually-hidden">Actions</span>,
            right: true,
            cell: ({ id, email }) => (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Take back the invitation of ${email}`}
                onClick={() => revoke.mutate(id)}
              >
                Take back
              </Button>
            ),
          },
        ]}
      />
    </Panel>
  )
}
