import { Problem, told } from '../api/problem.ts'
import { later } from './later.tsx'

const load = () => import('./messages.tsx')

/** Where messages appear; with the first of them it is loaded. */
export const MessagePlace = later(
  async () => (await load()).Messages,
  () => false,
)

const closeButtonProps = { 'aria-label': 'Close the message' }

export function notifyDone(message: string): void {
  void load().then(({ notifications }) =>
    notifications.show({ message, color: 'water', autoClose: 4_000, closeButtonProps }),
  )
}

export function notifyProblem(error: unknown): void {
  const cure = error instanceof Problem ? error.cure : null
  void load().then(({ notifications }) =>
    notifications.show({
      title: told(error),
      message: cure ?? '',
      color: 'red',
      autoClose: 10_000,
      closeButtonProps,
    }),
  )
}
