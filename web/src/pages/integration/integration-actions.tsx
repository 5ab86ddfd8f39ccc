import { Button, Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { ChevronDown, Pause, Play, RotateCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../../access/use-may.ts'
import type { Integration } from '../../api/types.ts'
import { DeleteIntegration } from './delete-integration.tsx'
import { PauseIntegration } from './pause-integration.tsx'
import { useIntegrationActions } from './use-integration-actions.ts'

/** Run now, pause or re-activate, delete. */
export function IntegrationActions({ one }: { readonly one: Integration }) {
  const may = useMay()
  const navigate = useNavigate()
  const { run, resume } = useIntegrationActions(one)
  const [asked, setAsked] = useState<'pause' | 'delete' | null>(null)
  if (!may('editor') || one.status === 'deleted') return null
  const paused = one.status === 'paused'
  return (
    <>
      {paused ? (
        <Button
          leftSection={<RotateCw size={14} aria-hidden />}
          loading={resume.isPending}
          onClick={() => resume.mutate()}
        >
          Re-activate
        </Button>
      ) : (
        <Button
          leftSection={<Play size={14} aria-hidden />}
          disabled={one.open_run_id !== null}
          loading={run.isPending}
          onClick={() =>
            run.mutate(
              { tables: null, full_refresh: false },
              { onSuccess: ({ id }) => void navigate({ to: '/runs/$id', params: { id } }) },
            )
          }
        >
          Run now
        </Button>
      )}
      <Menu>
        <Menu.Target>
          <Button variant="default" rightSection={<ChevronDown size={14} aria-hidden />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {!paused && (
            <Menu.Item leftSection={<Pause size={14} aria-hidden />} onClick={() => setAsked('pause')}>
              Pause
            </Menu.Item>
          )}
          <Menu.Item leftSection={<Trash2 size={14} aria-hidden />} onClick={() => setAsked('delete')}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PauseIntegration one={one} opened={asked === 'pause'} onClose={() => setAsked(null)} />
      <DeleteIntegration
        one={one}
        opened={asked === 'delete'}
        onClose={() => setAsked(null)}
        onDone={() => void navigate({ to: '/' })}
      />
    </>
  )
}
