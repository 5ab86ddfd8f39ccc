import { placeOf } from '../../app/place.ts'
import { redact } from '../../app/redact.ts'
import { sameNameHint } from '../../app/same-name.ts'
import { settings } from '../../app/settings.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { printJson } from '../json-line.ts'
import { replicate } from '../replicate.ts'
import { driftText, readsText, resultText } from '../results.ts'

export async function syncCommand(values: Readonly<Record<string, unknown>>): Promise<void> {
  const options = attemptOf(values)
  await attempt(options, async () => {
    const chosen = settings(values, Date.now())
    const done = await replicate(chosen, { ...options, quiet: values.quiet === true })
    if (!done) return
    if (options.json) {
      printJson({ ...done.summary, ...done.reads }, options.secrets)
      return
    }
    process.stdout.write(`${redact(resultText(done.summary, await placeOf(chosen)), options.secrets)}\n`)
    if (values.quiet === true) return
    process.stderr.write(`${readsText(done.reads)}\n`)
    for (const note of [driftText(done.summary), sameNameHint(chosen.to, chosen.name)]) {
      if (note) process.stderr.write(`note: ${note}\n`)
    }
  })
}
