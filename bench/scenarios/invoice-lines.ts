import { join } from 'node:path'
import { mustAgree } from '../compare.ts'
import type { Scenario } from '../figures.ts'
import { liveKey, measured, runUnlimited } from '../measured.ts'
import type { NaiveOptions, NaiveResult } from '../programs/naive.ts'
import { sandboxProcess } from '../sandbox-process.ts'

export const invoiceLines: Scenario = {
  about:
    'Requests for invoices with all their lines, beside a client that reads the list of lines of every invoice.',
  async run(options) {
    const objects = options.quick ? 1_000 : 10_000
    await using sandbox = await sandboxProcess(
      { stream: 'invoices', objects },
      { latencyMs: 0, rateLimit: 'off' },
    )
    const tables = 'invoices,invoice_lines'
    await sandbox.reset()
    const ours = await runUnlimited({ url: sandbox.url, tables, file: 'lines.duckdb' }, options)
    const { stats } = await sandbox.state()
    const names = ['invoices', 'invoice_lines<invoices']
    const compared = await mustAgree(sandbox, join(options.folder, 'lines.duckdb'), names)
    const [invoices = 0, lines = 0] = compared.map(({ rows }) => rows)
    const naiveOptions: NaiveOptions = {
      url: sandbox.url,
      key: liveKey,
      path: '/v1/invoices',
      objects: Number.MAX_SAFE_INTEGER,
      children: 'lines',
    }
    const naive = await measured<NaiveResult>(
      'bench/programs/naive.ts',
      [JSON.stringify(naiveOptions)],
      options,
    )
    if (naive.said.objects !== invoices || naive.said.children !== lines) {
      throw new Error(`the naive client did not read all: ${JSON.stringify(naive.said)}`)
    }
    const list = stats.endpoints['/v1/invoices']?.requests ?? 0
    const long = stats.endpoints['/v1/invoices/{invoice}/lines']?.requests ?? 0
    const per = (requests: number) => (requests / invoices) * 1000
    return {
      figures: [
        { what: 'requests per 1,000 invoices with all lines', value: per(stats.requests), unit: '' },
        { what: 'of those, for pages of invoices', value: per(list), unit: '' },
        { what: 'of those, for lines beyond the ten that come along', value: per(long), unit: '' },
        { what: 'naive client', value: per(naive.said.requests), unit: '' },
        { what: 'naive client to ours', value: naive.said.requests / stats.requests, unit: '×' },
      ],
      notes: [
        `${invoices.toLocaleString('en')} invoices with ${lines.toLocaleString('en')} lines; both clients read all of them`,
        `the rest is for the account, the events and what a run asks once`,
      ],
      detail: { summary: ours.said, sandbox: stats, naive: naive.said },
    }
  },
}
