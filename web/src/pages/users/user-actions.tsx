import { ActionIcon, Menu } from '@mantine/core'
import { EllipsisVertical } from 'lucide-react'
import type { User, UserEdit } from '../../api/types.ts'
import { editUser } from '../../api/users.ts'
import { useChange } from '../../ui/use-change.ts'

const roles = ['admin', 'editor', 'viewer'] as const

/** Another role, or no way in. */
export function UserActions({ user }: { readonly user: User }) {
  const edit = useChange((change: UserEdit) => editUser(user.id, change), {
    key: ['users'],
    done: `${user.name} is changed`,
  })
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={`More for ${user.name}`}>
          <EllipsisVertical size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {roles
          .filter((role) => role !== user.role)
          .map((role) => (
            <Menu.Item key={role} onClick={() => edit.mutate({ role })}>
              Make {role}
            </Menu.Item>
          ))}
        <Menu.Divider />
        <Menu.Item onClick={() => edit.mutate({ active: !user.active })}>
          {user.active ? 'Shut out' : 'Let in again'}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
