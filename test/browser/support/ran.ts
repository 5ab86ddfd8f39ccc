import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { getIntegration } from '../../../src/app/service/integrations.ts'
import { startRun } from '../../../src/app/service/runs/runs.ts'
import type { App } from './app.ts'

/** Makes an integration and waits until it has run: its id and the run's. */
export async function integrationThatRan(
  { served: { service } }: App,
  input: Readonly<Record<string, unknown>> = {},
): Promise<readonly [integration: string, run: string]> {
  const { id } = await service.integration(input)
  await startRun(service.ctx, id, { tables: null, full_refresh: false })
  return [id, await endedRun(service.ctx, id)]
}

/** Waits for the end of the run that goes on: its id. */
export async function endedRun(ctx: App['served']['service']['ctx'], id: string): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    const { open_run_id, last_run } = await getIntegration(ctx, id)
    if (open_run_id === null && last_run) return last_run.id
    await sleep(100)
  }
  assert.fail('the run does not end')
}

/** Waits for the page of a run: its address is there while the page before it is still shown. */
export async function atRun(page: Page): Promise<void> {
  await page.waitForURL('**/runs/*')
  await page.getByRole('heading', { level: 1, name: /^Run [0-9a-f]{8}$/ }).waitFor()
}
