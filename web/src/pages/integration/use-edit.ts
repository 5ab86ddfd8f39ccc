import { useQueryClient } from '@tanstack/react-query'
import { editIntegration } from '../../api/integrations.ts'
import type { Integration, IntegrationEdit } from '../../api/types.ts'
import { notifyDone } from '../../ui/notify.ts'
import { useSubmit } from '../../ui/use-submit.ts'

/** Saves a change of an integration as it was seen: refused when somebody else has changed it since. */
export function useEdit(one: Integration, done = 'Saved; the next run goes by it') {
  const client = useQueryClient()
  const { busy, problem, submit } = useSubmit()
  const save = (edit: Omit<IntegrationEdit, 'revision'>, onSaved?: () => void) =>
    submit(async () => {
      await editIntegration(one.id, { ...edit, revision: one.revision })
      await client.invalidateQueries({ queryKey: ['integrations'] })
      notifyDone(done)
      onSaved?.()
    })
  return { busy, problem, save }
}
