import { useBlocker } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Confirm } from '../../ui/confirm.tsx'
import { cameBack, isBegun, isLeaving } from './draft.ts'
import { useDraft } from './use-draft.tsx'

/** Warns who is about to leave an integration half made. Making it forgets the draft, and then nothing is asked. */
export function LeaveGuard() {
  const { draft, forget } = useDraft()
  const begun = () => isBegun(draft) && sessionStorage.getItem('sluice-draft') !== null
  useEffect(cameBack, [])
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ next }) => begun() && next.pathname !== '/integrations/new',
    enableBeforeUnload: () => begun() && !isLeaving(),
    withResolver: true,
  })
  return (
    <Confirm
      opened={status === 'blocked'}
      onClose={() => reset?.()}
      title="Leave without connecting?"
      action="Leave"
      danger
      onConfirm={() => {
        forget()
        proceed?.()
      }}
    >
      What you have entered here is given up; nothing has been created yet.
    </Confirm>
  )
}
