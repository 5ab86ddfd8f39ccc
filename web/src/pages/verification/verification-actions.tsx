import { Button } from '@mantine/core'
import { CircleStop, Download } from 'lucide-react'
import { useMay } from '../../access/use-may.ts'
import type { VerificationDetail } from '../../api/types.ts'
import { cancelVerification } from '../../api/verifications.ts'
import { saveFile } from '../../ui/save-file.ts'
import { useChange } from '../../ui/use-change.ts'

/** Stop it while it goes on; keep its report when it has ended. */
export function VerificationActions({ one }: { readonly one: VerificationDetail }) {
  const may = useMay()
  const cancel = useChange(cancelVerification, {
    key: ['verifications', one.id],
    done: 'The verification stops',
  })
  const { report } = one
  if (report) {
    return (
      <Button
        variant="default"
        leftSection={<Download size={14} aria-hidden />}
        onClick={() => saveFile(fileName(one), 'application/json', `${JSON.stringify(report, null, 2)}\n`)}
      >
        Download as JSON
      </Button>
    )
  }
  if (one.ended_at !== null || !may('editor')) return null
  return (
    <Button
      variant="default"
      leftSection={<CircleStop size={14} aria-hidden />}
      disabled={one.cancel_requested_at !== null}
      loading={cancel.isPending}
      onClick={() => cancel.mutate(one.id)}
    >
      {one.cancel_requested_at ? 'Stopping' : 'Stop'}
    </Button>
  )
}

const fileName = ({ integration, queued_at }: VerificationDetail) =>
  `verify-${integration}-${queued_at.slice(0, 16).replaceAll(':', '')}.json`
