import { Button, Group } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useMay } from '../../access/use-may.ts'
import { testChannel } from '../../api/alerts.ts'
import { Problem } from '../../api/problem.ts'
import type { Channel } from '../../api/types.ts'
import { notifyDone, notifyProblem } from '../../ui/notify.ts'

interface Props {
  readonly one: Channel
  readonly onChange: () => void
  readonly onRemove: () => void
}

/** Sends a test, changes or removes the channel. */
export function ChannelActions({ one, onChange, onRemove }: Props) {
  const may = useMay()
  const test = useMutation({
    mutationFn: async () => {
      const { trouble } = await testChannel(one.id)
      if (trouble) throw new Problem(422, trouble.message, trouble.cure)
    },
    onSuccess: () => notifyDone(`A test is sent to ${one.name}`),
    onError: notifyProblem,
  })
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {may('editor') && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Test ${one.name}`}
          loading={test.isPending}
          onClick={() => test.mutate()}
        >
          Test
        </Button>
      )}
      {may('admin') && (
        <>
          <Button size="compact-sm" variant="default" aria-label={`Change ${one.name}`} onClick={onChange}>
            Change
          </Button>
          <Button size="compact-sm" variant="default" aria-label={`Remove ${one.name}`} onClick={onRemove}>
            Remove
          </Button>
        </>
      )}
    </Group>
  )
}
