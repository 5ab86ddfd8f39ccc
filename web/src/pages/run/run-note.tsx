import type { Run } from '../../api/types.ts'
import { Time } from '../../ui/time.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'

const waits = {
  verification: 'It waits until the verification of its rows has ended',
  account: 'It waits until another run of the account has ended: two go on at a time',
} as const

/** What went wrong with a run, or what it waits for. */
export function RunNote({ run }: { readonly run: Run }) {
  const { status, error, waits_for, not_before, started_at, cancel_requested_at } = run
  if (status === 'queued' && waits_for) return <TroubleNote tone="info" title={waits[waits_for]} />
  if (error) {
    if (run.ended_at !== null) return <TroubleNote title={error.message} cure={error.cure} />
    return (
      <TroubleNote
        tone="warn"
        title={error.message}
        cure={
          <>
            {error.cure} {status === 'queued' ? 'It is tried again ' : 'It is being tried again.'}
            {status === 'queued' && (not_before ? <Time at={not_before} ago /> : 'at once')}
          </>
        }
      />
    )
  }
  if (status !== 'queued' || cancel_requested_at !== null) return null
  return (
    <TroubleNote
      tone="info"
      title={
        started_at === null
          ? 'It is queued; a worker takes it in a moment'
          : 'Others had to wait for it: it goes on in its next turn'
      }
    />
  )
}
