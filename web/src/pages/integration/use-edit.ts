import { useQueryClient } from '@tanstack/react-query'
import { editIntegration } from '../../api/integrations.ts'
import type { Integration, IntegrationEdit } from '../../api/types.ts'
import { notifyDone } from '../../ui/notify.ts'
import { useSubmit } from '../../ui/use-submit.ts'

/** Saves a change of an integration as it was seen: refused when somebody else has changed it since. */
export function useEdit(one: Integration) {
  const client = useQueryClient()
  const { busy, problem, submit } = useSubmit()
  const save = (edit: Omit<IntegrationEdit, 'revision'>) =>
    submit(async () => {
      await editIntegration(one.id, { ...edit, revision: one.revision })
      await client.invalidateQueries({ queryKey: ['integrations'] })
      notifyDone('Saved; the next run goes by it')
    })
  return { busy, problem, save }
}
