import { Button } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { leaveToConnectAgain, stripePage } from '../../api/oauth.ts'
import type { Integration } from '../../api/types.ts'
import { notifyProblem } from '../../ui/notify.ts'
import { Panel } from '../../ui/panel.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { sourceEdit } from './source-edit.ts'
import { useEdit } from './use-edit.ts'

/** For an account that was connected on Stripe's own page, and is no longer: over that page once more, and back to here. */
export function ConnectAgain({ one }: { readonly one: Integration }) {
  const { busy, problem, save } = useEdit(one, 'Connected; the next run reads with it')
  const { grant, problem: refused, cure } = useSearch({ from: '/inside/integrations/$id/settings' })
  const navigate = useNavigate()
  const taken = useRef<string | undefined>(undefined)
  const { source, account } = one
  useEffect(() => {
    // A grant is good once.
    if (grant === undefined || taken.current === grant) return
    taken.current = grant
    void save({ source: { ...sourceEdit(source, {}), kind: 'oauth', grant_id: grant } }, () => {
      void navigate({ to: '/integrations/$id/settings', params: { id: one.id }, search: {}, replace: true })
    })
  }, [grant, source, one.id, save, navigate])
  if (source.kind !== 'oauth') return null
  const trouble = problem ?? (refused === undefined ? null : { message: refused, cure })
  return (
    <Panel
      title="Stripe account"
      about={
        <>
          It was connected on Stripe's own page. Connect it again when a run says that it is no longer: it
          must be the same account, <code>{account.id}</code>, and carries on where it was.
        </>
      }
    >
      {trouble && <TroubleNote title={trouble.message} cure={trouble.cure} />}
      <div>
        <Button
          variant="default"
          loading={busy}
          onClick={() => void stripePage().then((page) => leaveToConnectAgain(one.id, page), notifyProblem)}
        >
          Connect again
        </Button>
      </div>
    </Panel>
  )
}
