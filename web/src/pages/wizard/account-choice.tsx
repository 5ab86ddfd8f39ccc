import { FlaskConical, KeyRound } from 'lucide-react'
import classes from './account-choice.module.css'
import { ConnectChoice } from './connect-choice.tsx'
import { useDraft } from './use-draft.tsx'

interface Props {
  readonly busy: boolean
  readonly onDemo: () => void
}

/** One's own account by a key, or the one that the service brings along. */
export function AccountChoice({ busy, onDemo }: Props) {
  const { draft, change } = useDraft()
  const { kind } = draft.account
  return (
    <fieldset className={classes.choice}>
      <legend className="visually-hidden">Which account</legend>
      <button
        type="button"
        aria-pressed={kind === 'key'}
        onClick={() => {
          if (kind !== 'key')
            change({
              account: { kind: 'key', account: '', context: '', api_base: '', accounts: 'own' },
              check: null,
            })
        }}
      >
        <KeyRound size={18} aria-hidden />
        <b>Your Stripe account</b>
        <span>With a restricted key that may only read</span>
      </button>
      <ConnectChoice busy={busy} />
      <button type="button" aria-pressed={kind === 'demo'} disabled={busy} onClick={onDemo}>
        <FlaskConical size={18} aria-hidden />
        <b>The demo account</b>
        <span>Made up, on this machine: to look around with one click</span>
      </button>
    </fieldset>
  )
}
