import { checkSource } from '../../api/sources.ts'
import { useSubmit } from '../../ui/use-submit.ts'
import type { Account } from './draft.ts'
import { sourceInput } from './source-input.ts'
import { useDraft } from './use-draft.tsx'

/** Has the service check the credentials; what they may read becomes part of the draft. */
export function useAuthorise() {
  const { apiKey, change } = useDraft()
  const { busy, problem, submit } = useSubmit()
  const authorise = (account: Account) =>
    submit(async () => {
      change({ account, check: null, estimates: [] })
      const source = sourceInput(account, apiKey)
      if (source) change({ check: await checkSource(source) })
    })
  return { authorise, busy, problem }
}
