import { placeOf } from '../../app/place.ts'
import { planSync } from '../../app/plan.ts'
import { settings } from '../../app/settings.ts'
import { requestLimit, runVerify } from '../../app/verify.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { printJson } from '../json-line.ts'
import { reporter } from '../progress/reporter.ts'
import { progressState } from '../progress/state.ts'
import { uninterrupted } from '../signals.ts'
import { verifyExitCode, verifyText } from '../verify-text.ts'

export async function verifyCommand(values: Readonly<Record<string, unknown>>): Promise<void> {
  const options = attemptOf(values)
  await attempt(options, async () => {
    const maxRequests = requestLimit(values.maxRequests)
    const chosen = settings(values, Date.now())
    let tell = (line: string): void => {
      process.stderr.write(`${line}\n`)
    }
    await uninterrupted(async (signal) => {
      await using plan = await planSync(chosen, (message) => tell(`warning: ${message}`))
      const state = progressState(plan.tables, Date.now)
      const showing = { quiet: values.quiet === true, secrets: options.secrets, state, clock: Date.now }
      const verified = async () => {
        await using show = await reporter(showing)
        tell = show.say
        return await runVerify(plan, {
          repair: values.repair === true,
          ...(maxRequests === undefined ? {} : { maxRequests }),
          signal,
          report: show.report,
        })
      }
      const report = await verified()
      if (options.json) printJson(report, options.secrets)
      else process.stdout.write(`${verifyText(report, (await placeOf(chosen)).called)}\n`)
      process.exitCode = verifyExitCode(report)
    })
  })
}
