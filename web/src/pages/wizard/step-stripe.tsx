import { Panel } from '../../ui/panel.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { AccessReport } from './access-report.tsx'
import { AccountChoice } from './account-choice.tsx'
import { Foot } from './foot.tsx'
import { KeyForm } from './key-form.tsx'
import { useAuthorise } from './use-authorise.ts'
import { useDraft } from './use-draft.tsx'
import { useWayBack } from './use-way-back.ts'

/** Whose account is read, and with what. */
export function StepStripe() {
  const { draft } = useDraft()
  const { authorise, busy, problem } = useAuthorise()
  const back = useWayBack(authorise)
  return (
    <>
      <Panel>
        <AccountChoice busy={busy} onDemo={() => void authorise({ kind: 'demo' })} />
        {draft.account.kind === 'key' && (
          <KeyForm busy={busy} onCheck={(account) => void authorise(account)} />
        )}
        {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
        {back && !problem && <TroubleNote title={back.message} cure={back.cure} />}
      </Panel>
      {draft.check && <AccessReport check={draft.check} />}
      <Foot step="stripe" />
    </>
  )
}
