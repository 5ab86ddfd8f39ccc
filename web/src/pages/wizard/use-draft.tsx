import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { type Draft, forgetDraft, restoreDraft, saveDraft } from './draft.ts'

interface Drafting {
  readonly draft: Draft
  /** In memory alone. */
  readonly apiKey: string
  readonly change: (part: Partial<Draft>) => void
  readonly setApiKey: (key: string) => void
  /** The integration is made, or given up. */
  readonly forget: () => void
}

const Context = createContext<Drafting | null>(null)

export function DraftProvider({ children }: { readonly children: ReactNode }) {
  const [draft, setDraft] = useState(restoreDraft)
  const [apiKey, setApiKey] = useState('')
  const change = useCallback((part: Partial<Draft>) => {
    setDraft((before) => {
      const next = { ...before, ...part }
      saveDraft(next)
      return next
    })
  }, [])
  const value = useMemo(
    () => ({ draft, apiKey, change, setApiKey, forget: forgetDraft }),
    [draft, apiKey, change],
  )
  return <Context value={value}>{children}</Context>
}

export function useDraft(): Drafting {
  const drafting = useContext(Context)
  if (drafting === null) throw new Error('a step stands outside of the wizard')
  return drafting
}
