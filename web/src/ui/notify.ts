import { notifications } from '@mantine/notifications'
import { Problem, told } from '../api/problem.ts'

const closeButtonProps = { 'aria-label': 'Close the message' }

export function notifyDone(message: string): void {
  notifications.show({ message, color: 'water', autoClose: 4_000, closeButtonProps })
}

export function notifyProblem(error: unknown): void {
  const cure = error instanceof Problem ? error.cure : null
  notifications.show({
    title: told(error),
    message: cure ?? '',
    color: 'red',
    autoClose: 10_000,
    closeButtonProps,
  })
}
