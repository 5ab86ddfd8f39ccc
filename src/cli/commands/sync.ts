import { sameNameHint } from '../../app/same-name.ts'
import { settings } from '../../app/settings.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { printJson } from '../json-line.ts'
import { replicate } from '../replicate.ts'
import { resultText } from '../results.ts'

export async function syncCommand(values: Readonly<Record<string, unknown>>): Promise<void> {
  const options = attemptOf(values)
  await attempt(options, async () => {
    const chosen = settings(values, Date.now())
    const summary = await replicate(chosen, { ...options, quiet: values.quiet === true })
    if (!summary) return
    if (options.json) printJson(summary, options.secrets)
    else process.stdout.write(`${resultText(summary, chosen.to)}\n`)
    const hint = sameNameHint(chosen.to, chosen.name)
    if (hint && values.quiet !== true) process.stderr.write(`note: ${hint}\n`)
  })
}
