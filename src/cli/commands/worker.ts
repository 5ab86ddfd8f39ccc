import { attempt, attemptOf } from '../attempt.ts'
import { serviceProcess } from '../service-process.ts'

/** Works at runs, beside other processes on the same store, until it is told to stop. */
export async function workerCommand(values: Readonly<Record<string, unknown>>): Promise<void> {
  await attempt(attemptOf(values), () =>
    serviceProcess({ values, migrate: false, worker: true, ready: () => 'the worker waits for runs' }),
  )
}
