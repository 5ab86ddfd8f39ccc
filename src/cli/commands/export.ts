import { exportConfig } from '../../app/service/config/export.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { withService } from '../service.ts'

/** Prints the file that `sluice apply` makes the same of. */
export async function exportCommand(values: Readonly<Record<string, unknown>>): Promise<void> {
  await attempt(attemptOf(values), () =>
    withService(values, async (ctx) => {
      const { text, variables } = await exportConfig(ctx)
      process.stdout.write(text)
      if (variables.length > 0) {
        process.stderr.write(`secrets are not in it; set before it is applied: ${variables.join(', ')}\n`)
      }
    }),
  )
}
