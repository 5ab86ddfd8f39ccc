import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { notifyDone, notifyProblem } from './notify.ts'

interface Options {
  /** What is read again afterwards, whether it went well or not. */
  readonly key: QueryKey
  /** What is said when it is done. */
  readonly done: string
  readonly onDone?: () => void
}

/** Does something by one click, says that it is done or why not, and reads again what it changed. */
export function useChange<Input>(change: (input: Input) => Promise<unknown>, options: Options) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      notifyDone(options.done)
      options.onDone?.()
    },
    onError: notifyProblem,
    onSettled: () => client.invalidateQueries({ queryKey: options.key }),
  })
}
