import { ActionIcon, Group, Menu, Tooltip } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { EllipsisVertical, Pause, Pencil, Play, RotateCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../../access/use-may.ts'
import type { Integration } from '../../api/types.ts'
import { DeleteIntegration } from '../integration/delete-integration.tsx'
import { PauseIntegration } from '../integration/pause-integration.tsx'
import { useIntegrationActions } from '../integration/use-integration-actions.ts'

/** Run, pause, edit, delete, from the row. */
export function RowActions({ one }: { readonly one: Integration }) {
  const may = useMay()
  const { run, resume } = useIntegrationActions(one)
  const [asked, setAsked] = useState<'pause' | 'delete' | null>(null)
  if (!may('editor')) return null
  const paused = one.status === 'paused'
  return (
    <Group gap={2} justify="flex-end" wrap="nowrap">
      {!paused && (
        <Tooltip label="Run now">
          <ActionIcon
            aria-label={`Run ${one.name} now`}
            disabled={one.open_run_id !== null}
            loading={run.isPending}
            onClick={() => run.mutate({ tables: null, full_refresh: false })}
          >
            <Play size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={`More for ${one.name}`}>
            <EllipsisVertical size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component={Link}
            to={`/integrations/${one.id}/settings`}
            leftSection={<Pencil size={14} aria-hidden />}
          >
            Edit
          </Menu.Item>
          {paused ? (
            <Menu.Item leftSection={<RotateCw size={14} aria-hidden />} onClick={() => resume.mutate()}>
              Re-activate
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<Pause size={14} aria-hidden />} onClick={() => setAsked('pause')}>
              Pause
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item leftSection={<Trash2 size={14} aria-hidden />} onClick={() => setAsked('delete')}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PauseIntegration one={one} opened={asked === 'pause'} onClose={() => setAsked(null)} />
      <DeleteIntegration one={one} opened={asked === 'delete'} onClose={() => setAsked(null)} />
    </Group>
  )
}
