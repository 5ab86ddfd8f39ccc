import { useQuery } from '@tanstack/react-query'
import { Plug } from 'lucide-react'
import { oauthQuery, stripePage } from '../../api/oauth.ts'
import { notifyProblem } from '../../ui/notify.ts'
import { leaveForStripe } from './draft.ts'
import { useDraft } from './use-draft.tsx'

/** One's own account without a key, where the operator has registered an app with Stripe. */
export function ConnectChoice({ busy }: { readonly busy: boolean }) {
  const { draft } = useDraft()
  const oauth = useQuery(oauthQuery)
  if (!oauth.data?.configured) return null
  return (
    <button
      type="button"
      aria-pressed={draft.account.kind === 'oauth'}
      disabled={busy}
      onClick={() => void stripePage().then(leaveForStripe, notifyProblem)}
    >
      <Plug size={18} aria-hidden />
      <b>Connect with Stripe</b>
      <span>On Stripe's own page, without a key</span>
    </button>
  )
}
