/**
 * A run over the accounts of a platform in a process that can be killed: `accounts-run.ts <settings as JSON>`. It says the id of
 * each account as soon as that is done.
 */
import { planSync } from '../../src/app/plan.ts'
import { runSync } from '../../src/app/run-sync.ts'
import { settings } from '../../src/app/settings.ts'

await using plan = await planSync(settings(JSON.parse(process.argv[2] ?? '{}'), Date.now()), () => {})
await runSync(plan, {
  signal: new AbortController().signal,
  report(event) {
    if (event.type === 'account') process.stdout.write(`${event.account.account}\n`)
  },
})
