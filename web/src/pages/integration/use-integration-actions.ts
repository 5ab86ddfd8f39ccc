import { useMutation, useQueryClient } from '@tanstack/react-query'
import { activateIntegration, deleteIntegration, pauseIntegration, startRun } from '../../api/integrations.ts'
import type { Integration, RunInput } from '../../api/types.ts'
import { notifyDone, notifyProblem } from '../../ui/notify.ts'

/** What can be done with an integration; each reads it again and says that it is done. */
export function useIntegrationActions(one: Pick<Integration, 'id' | 'name'>) {
  const client = useQueryClient()
  const settle = (message: string) => ({
    onSuccess: () => notifyDone(message),
    onError: notifyProblem,
    onSettled: () => client.invalidateQueries({ queryKey: ['integrations'] }),
  })
  return {
    run: useMutation({
      mutationFn: (input: RunInput) => startRun(one.id, input),
      ...settle(`A run of ${one.name} is started`),
    }),
    pause: useMutation({ mutationFn: () => pauseIntegration(one.id), ...settle(`${one.name} is paused`) }),
    resume: useMutation({ mutationFn: () => activateIntegration(one.id), ...settle(`${one.name} goes on`) }),
    remove: useMutation({
      mutationFn: (dropTables: boolean) => deleteIntegration(one.id, dropTables),
      ...settle(`${one.name} is deleted`),
    }),
  }
}
