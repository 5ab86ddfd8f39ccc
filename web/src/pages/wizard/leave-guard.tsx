import { useBlocker } from '@tanstack/react-router'
import { Confirm } from '../../ui/confirm.tsx'
import { isBegun } from './draft.ts'
import { useDraft } from './use-draft.tsx'

/** Warns who is about to leave an integration half made. Making it forgets the draft, and then nothing is asked. */
export function LeaveGuard() {
  const { draft, forget } = useDraft()
  const begun = () => isBegun(draft) && sessionStorage.getItem('sluice-draft') !== null
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ next }) => begun() && next.pathname !== '/integrations/new',
    enableBeforeUnload: begun,
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
