import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { estimateRows } from '../../api/sources.ts'
import type { CatalogStream } from '../../api/types.ts'
import { counted } from '../../ui/format.ts'
import { notifyProblem } from '../../ui/notify.ts'
import { historyInput, severalOf, sourceInput } from './source-input.ts'
import { useDraft } from './use-draft.tsx'

/** Asks Stripe about the tables that are chosen and not estimated yet, and says before how often it is asked. */
export function EstimateButton({ streams }: { readonly streams: readonly CatalogStream[] }) {
  const { draft, apiKey, change } = useDraft()
  const chosen = new Set(draft.tables?.map(({ name }) => name))
  const known = new Set(draft.estimates.map(({ stream }) => stream))
  const wanted = streams
    .filter(({ name, parent }) => chosen.has(name) && parent === null && !known.has(name))
    .map(({ name }) => name)
  const source = sourceInput(draft.account, apiKey)
  const ask = useMutation({
    mutationFn: async () => (source ? estimateRows(source, wanted, historyInput(draft.history)) : []),
    onSuccess: (found) => change({ estimates: [...draft.estimates, ...found] }),
    onError: notifyProblem,
  })
  // Of several accounts, one tells nothing of the others.
  if (!source || severalOf(draft.account)) return null
  return (
    <Button
      variant="default"
      size="xs"
      loading={ask.isPending}
      disabled={wanted.length === 0}
      title={`Asks Stripe for the newest page of each chosen table: ${counted(wanted.length, 'request')}`}
      onClick={() => ask.mutate()}
    >
      Estimate rows
    </Button>
  )
}
