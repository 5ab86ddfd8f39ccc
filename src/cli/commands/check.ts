import { runCheck } from '../../app/check.ts'
import { planSync } from '../../app/plan.ts'
import { redact } from '../../app/redact.ts'
import { settings } from '../../app/settings.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { checkExitCode, checkText } from '../check-text.ts'
import { sentence } from '../failure.ts'
import { printJson } from '../json-line.ts'
import { uninterrupted } from '../signals.ts'
import { warn } from '../warn.ts'

export async function checkCommand(values: Readonly<Record<string, unknown>>): Promise<void> {
  const options = attemptOf(values)
  await attempt(options, async () => {
    const chosen = settings(values, Date.now())
    await uninterrupted(async (signal) => {
      await using plan = await planSync(chosen, warn)
      const report = await runCheck(plan, signal)
      if (options.json) {
        printJson(report, options.secrets)
      } else {
        const text = checkText(report)
        if (text) process.stdout.write(`${redact(text, options.secrets)}\n`)
      }
      for (const message of report.warnings) warn(message)
      for (const { message, cure } of report.problems) {
        process.stderr.write(`sluice: ${redact(sentence(message, cure), options.secrets)}\n`)
      }
      process.exitCode = checkExitCode(report)
    })
  })
}
