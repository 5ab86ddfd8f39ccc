/** The web app in a real browser: what a first visit loads, when it can be used, and how smoothly long lists scroll. */
import type { Page } from 'playwright-core'
import { type App, startApp } from '../../test/browser/support/app.ts'
import { integrationThatRan } from '../../test/browser/support/ran.ts'
import { addWarehouse, atStep, go, nameIt, takeDemo } from '../../test/browser/support/wizard.ts'
import type { Figure, Scenario } from '../figures.ts'

/** Half a frame more than 60 a second allow. */
const smooth = 25
/** The table with most fields, those counted that are nested in its JSON columns. */
const widest = 'charges'

export const web: Scenario = {
  about:
    'The web app in Chromium without graphics: the first load of the list of integrations with an empty cache, and frames while lists are scrolled from end to end.',
  async run({ folder, quick, say }) {
    await using app = await startApp()
    await app.signUp()
    const [, run] = await integrationThatRan(app)

    const visits: Visit[] = []
    for (let visit = 0; visit < (quick ? 2 : 7); visit++) visits.push(await firstVisit(app))
    const usable = visits.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b)
    say(`the first load took ${usable.map(Math.round).join(', ')} ms`)

    const page = await app.open('/integrations/new')
    await nameIt(page, 'bench')
    await takeDemo(page)
    await page.getByRole('button', { name: 'Add a warehouse' }).click()
    await page.getByLabel('Name').fill('bench')
    await addWarehouse(page, `duckdb:${folder}/bench.duckdb`)
    await page.getByRole('button', { name: 'All', exact: true }).click()
    const tables = await page.getByRole('checkbox').count()
    const tablesScrolled = await scrolled(page, 'document.scrollingElement')
    await go(page)
    await atStep(page, 'Fields')
    await page.getByRole('navigation', { name: 'Chosen tables' }).getByText(widest, { exact: true }).click()
    const fields = page.getByRole('region', { name: `Fields of ${widest}` })
    await fields.waitFor()
    await page.getByRole('button', { name: 'Show nested' }).click()
    const [, count = '0'] =
      /of (\d+) fields/.exec((await page.getByRole('status').last().textContent()) ?? '') ?? []
    const fieldsScrolled = await scrolled(
      page,
      `document.querySelector('[aria-label="Fields of ${widest}"]')`,
    )

    await addLines(app, run, 100_000)
    const log = await app.open(`/runs/${run}`)
    await log.getByText(/100,0\d\d lines/).waitFor({ timeout: 60_000 })
    const logScrolled = await scrolled(log, `document.querySelector('[role=log]')`)

    return {
      figures: [
        kilobytes('first load: JavaScript, compressed', visits[0]?.script ?? 0, 250),
        kilobytes('first load: everything, compressed', visits[0]?.all ?? 0),
        {
          what: 'first load: until it can be used (median)',
          value: Math.round(usable[Math.floor(usable.length / 2)] ?? 0),
          unit: 'ms',
          target: { is: '<', value: 1_500 },
        },
        ...frames(`table picker, ${tables} tables`, tablesScrolled),
        ...frames(`field picker, ${count} fields`, fieldsScrolled),
        ...frames('log of 100,000 lines', logScrolled),
      ],
      notes: [
        'A frame takes 16.7 ms at 60 a second. There is no graphics card: Chromium draws with the processor, which the service, its database and the sandbox share',
        `"Can be used" is when the list with its integration is there and the page has answered; over loopback, ${usable.length} visits with an empty cache`,
      ],
      detail: { usable, tablesScrolled, fieldsScrolled, logScrolled },
    }
  },
}

interface Visit {
  readonly milliseconds: number
  /** Bytes as they came. */
  readonly script: number
  readonly all: number
}

/** With an empty cache. */
async function firstVisit(app: App): Promise<Visit> {
  const page = await app.open('/api/v1/session')
  const client = await page.context().newCDPSession(page)
  await client.send('Network.enable')
  await client.send('Network.setCacheDisabled', { cacheDisabled: true })
  const types = new Map<string, string>()
  let [script, all] = [0, 0]
  client.on('Network.responseReceived', ({ requestId, type }) => types.set(requestId, type))
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    all += encodedDataLength
    if (types.get(requestId) === 'Script') script += encodedDataLength
  })
  await page.goto(app.url)
  await page.getByRole('row', { name: /shop1/ }).waitFor()
  // A page that is busy answers late.
  const milliseconds = await page.evaluate<number>(
    'new Promise((resolve) => setTimeout(() => resolve(performance.now()), 0))',
  )
  await page.context().close()
  return { milliseconds, script, all }
}

/** Milliseconds of each frame while an element is scrolled to its end. */
async function scrolled(page: Page, element: string): Promise<readonly number[]> {
  return page.evaluate<number[]>(`(async () => {
    const element = ${element}
    const steps = 180
    const gaps = []
    let last = await new Promise(requestAnimationFrame)
    for (let step = 1; step <= steps; step++) {
      element.scrollTop = ((element.scrollHeight - element.clientHeight) * step) / steps
      const now = await new Promise(requestAnimationFrame)
      gaps.push(Math.round((now - last) * 10) / 10)
      last = now
    }
    return gaps
  })()`)
}

function frames(what: string, gaps: readonly number[]): readonly Figure[] {
  const sorted = gaps.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
  return [
    { what: `${what}: a frame (median)`, value: at(0.5), unit: 'ms', target: { is: '<', value: smooth } },
    { what: `${what}: 19 of 20 frames within`, value: at(0.95), unit: 'ms' },
  ]
}

function kilobytes(what: string, bytes: number, most?: number): Figure {
  const value = Math.round(bytes / 1_000)
  return {
    what,
    value,
    unit: 'KB',
    ...(most === undefined ? {} : { target: { is: '<', value: most } as const }),
  }
}

async function addLines(app: App, run: string, count: number): Promise<void> {
  await app.served.service.ctx.pool.query(
    `insert into sluice.run_logs (run_id, attempt, at, level, stream, message)
     select $1, 1, now(), 'info', 'customers', 'line number ' || n from generate_series(1, $2::integer) n`,
    [run, count],
  )
}
