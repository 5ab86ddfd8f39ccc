import { ActionIcon, Button, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Database, EllipsisVertical, FlaskConical, Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../../access/use-may.ts'
import { destinationsQuery } from '../../api/destinations.ts'
import type { Destination } from '../../api/types.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { later } from '../../ui/later.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Time } from '../../ui/time.tsx'
import { RemoveWarehouse } from './remove-warehouse.tsx'

type Asked =
  | { readonly what: 'add' }
  | { readonly what: 'edit' | 'test' | 'remove'; readonly one: Destination }

const ChangeWarehouse = later(
  async () => (await import('./change-warehouse.tsx')).ChangeWarehouse,
  ({ opened }) => opened,
)
const TestWarehouse = later(
  async () => (await import('./test-warehouse.tsx')).TestWarehouse,
  ({ one }) => one !== null,
)

/** Where data goes: each warehouse once, used by as many integrations as one likes. */
export function Warehouses() {
  const warehouses = useQuery(destinationsQuery)
  const may = useMay()
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  const add = may('editor') && (
    <Button leftSection={<Plus size={15} aria-hidden />} onClick={() => setAsked({ what: 'add' })}>
      Add a warehouse
    </Button>
  )
  return (
    <Page
      title="Warehouses"
      about="Made once and tested, used by as many integrations as you like. Passwords are stored encrypted."
      actions={warehouses.data?.length ? add : null}
    >
      <Panel flush>
        <Loaded of={warehouses}>
          {(all) =>
            all.length === 0 ? (
              <Empty icon={Database} title="No warehouse yet" action={add}>
                A DuckDB file on this machine needs nothing to be installed; PostgreSQL, SQLite and files in
                buckets work, too.
              </Empty>
            ) : (
              <DataTable
                label="Warehouses"
                rows={all}
                rowKey={({ id }) => id}
                columns={may('editor') ? [...columns, actions(setAsked)] : columns}
              />
            )
          }
        </Loaded>
      </Panel>
      <ChangeWarehouse
        opened={asked?.what === 'add' || asked?.what === 'edit'}
        one={asked?.what === 'edit' ? asked.one : null}
        onClose={close}
      />
      <TestWarehouse one={asked?.what === 'test' ? asked.one : null} onClose={close} />
      <RemoveWarehouse one={asked?.what === 'remove' ? asked.one : null} onClose={close} />
    </Page>
  )
}

const columns: readonly Column<Destination>[] = [
  { name: 'name', title: 'Name', cell: ({ name }) => <b>{name}</b> },
  { name: 'kind', title: 'Kind', cell: ({ kind }) => kind },
  { name: 'address', title: 'Address', cell: ({ address }) => <code>{address}</code> },
  { name: 'used', title: 'Integrations', right: true, cell: ({ integrations }) => integrations },
  { name: 'made', title: 'Added', cell: ({ created_at }) => <Time at={created_at} ago /> },
]

function actions(ask: (asked: Asked) => void): Column<Destination> {
  return {
    name: 'actions',
    title: <span className="visually-hidden">Actions</span>,
    right: true,
    cell: (one) => (
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={`More for ${one.name}`}>
            <EllipsisVertical size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<FlaskConical size={14} aria-hidden />}
            onClick={() => ask({ what: 'test', one })}
          >
            Test
          </Menu.Item>
          <Menu.Item
            leftSection={<Pencil size={14} aria-hidden />}
            onClick={() => ask({ what: 'edit', one })}
          >
            Change
          </Menu.Item>
          <Menu.Item
            leftSection={<Trash2 size={14} aria-hidden />}
            onClick={() => ask({ what: 'remove', one })}
          >
            Remove
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    ),
  }
}
