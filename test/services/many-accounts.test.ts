/** The memory of a run does not grow with the number of accounts: ten times as many take as much. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { lastJson, type Running } from '../cli/spawn.ts'
import { manyAccounts } from '../support/many-accounts.ts'

/** Megabytes that the process had at most while it ran. */
async function peakOf({ pid, finished }: Running): Promise<number> {
  let peak = 0
  let isOver = false
  const over = finished.finally(() => {
    isOver = true
  })
  while (!isOver) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024)
    await setTimeout(100)
  }
  await over
  return peak
}

test('300 accounts take no more memory than 30, and an empty run over them few requests', async (context) => {
  const peaks: number[] = []
  for (const connected of [30, 300]) {
    const acme = await manyAccounts(context, { connected })
    const said = ['--accounts', 'connected', '--tables', 'customers', '--quiet'] as const
    const running = acme.start(...said)
    peaks.push(await peakOf(running))
    const { code, stdout } = await running.finished
    assert.equal(code, 0)
    assert.equal((lastJson(stdout).accounts as readonly unknown[]).length, connected)
    assert.deepEqual(await acme.rows('select count(*), count(distinct _account_id) from acme.customers'), [
      [String(60 * connected), String(connected)],
    ])
    const again = await acme.start(...said).finished
    assert.equal(lastJson(again.stdout).requests, 1 + Math.ceil(connected / 100) + connected)
  }
  const [few = 0, many = 0] = peaks
  context.diagnostic(`${Math.round(few)} MB for 30 accounts, ${Math.round(many)} MB for 300`)
  assert.ok(many < few * 1.3, `${few} MB for 30 accounts, ${many} MB for 300`)
})
