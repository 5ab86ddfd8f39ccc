/** Plays a history and says what is wrong at its end; the model is the sandbox's own store, and what is promised. */
import assert from 'node:assert/strict'
import { TransientError } from '../../src/core/errors.ts'
import type { RunSummary } from '../../src/core/model.ts'
import { Died } from '../support/crashing.ts'
import { type Replica, replica, replicaKey, replicated } from '../support/replica.ts'
import { columnsOf, streamOf, untrue } from '../support/truth.ts'
import type { Happening, History, Step } from './steps.ts'

const day = 86_400
/** Milliseconds by which every third event is late: less than the ten minutes that runs read back. */
const habits = { lateEvents: 500_000, lateEvery: 3, duplicateEvery: 4 }

interface Play extends Replica {
  /** Ids of objects whose last change was lost: nothing is promised for them, nor for their children. */
  readonly lost: Set<string>
  readonly made: string[]
  readonly payments: string[]
  readonly coupons: string[]
  /** The lines of invoices as they were before they were changed. */
  readonly lines: Map<string, readonly Record<string, unknown>[]>
}

/**
 * Throws when after the history, and one undisturbed run of everything a day later, a row differs from the sandbox's
 * object, is missing or too many; or when yet another run changes a row.
 */
export async function play({ primed, steps }: History): Promise<void> {
  const made = await replica(habits)
  const on: Play = { ...made, lost: new Set(), made: [], payments: [], coupons: [], lines: new Map() }
  try {
    const missing = new Set<string>()
    if (primed) assert.equal((await on.sync()).summary.status, 'succeeded')
    for (const step of steps) await take(on, step, missing)
    allow(on, new Set())
    // Late events can be seen by then, and sweeps are due.
    on.advance(day + 60)
    assert.equal(describe((await on.sync()).summary), '')
    assert.deepEqual(await wrong(on), [])
    const again = (await on.sync()).summary
    assert.equal(describe(again), '')
    assert.deepEqual(
      again.tables.filter(({ rows, deleted }) => rows + deleted > 0),
      [],
      'a run without changes',
    )
    assert.deepEqual(await wrong(on), [])
  } finally {
    await on.close()
  }
}

async function wrong(on: Play): Promise<readonly string[]> {
  const lines: string[] = []
  for (const table of replicated) {
    lines.push(...(await untrue(on.sandbox, table, columnsOf(table), await on.alive(table), on.lost)))
  }
  return lines
}

const describe = ({ status, tables }: RunSummary) =>
  status === 'succeeded'
    ? ''
    : tables
        .filter((table) => table.status !== 'ok')
        .map(({ stream, reason }) => `${stream}: ${reason}`)
        .join('\n')

function allow(on: Play, missing: ReadonlySet<string>): void {
  const all = on.sandbox.account.catalog.streams.flatMap(({ permission }) => permission ?? [])
  const kept = [...new Set(all)].filter((permission) => !missing.has(permission))
  on.sandbox.setKey(replicaKey, { permissions: missing.size === 0 ? 'all' : kept })
}

async function take(on: Play, step: Step, missing: Set<string>): Promise<void> {
  switch (step.step) {
    case 'happening':
      return happen(on, step.happening)
    case 'wait':
      return on.advance(step.seconds)
    case 'lose permission':
      missing.add(step.permission)
      return allow(on, missing)
    case 'regain permissions':
      missing.clear()
      return allow(on, missing)
    case 'run':
      return run(on, step)
  }
}

async function run(on: Play, step: Extract<Step, { step: 'run' }>): Promise<void> {
  const { selection, fault, death, meanwhile, flushEvery } = step
  const happened: Promise<void>[] = []
  on.sandbox.setFaults(fault ?? '')
  try {
    await on.sync(selection, {
      flushEvery,
      ...(death ? { death } : {}),
      onRequest(count) {
        if (count === meanwhile?.at) happened.push(happen(on, meanwhile.happening))
      },
    })
  } catch (error) {
    if (!isExpected(error, step)) throw error
  } finally {
    on.sandbox.setFaults('')
    await Promise.all(happened)
  }
}

function isExpected(error: unknown, { fault, death }: Extract<Step, { step: 'run' }>): boolean {
  if (error instanceof Died) return death !== undefined
  return fault !== undefined && (error instanceof TransientError || fault.startsWith('404'))
}

// ------------------------------------------------------------ what happens

let numbers = 0
const next = () => ++numbers

/** What was chosen may have been deleted by an earlier step. */
async function ifThere(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    const text = String(error)
    if (!text.includes('No such') && !text.includes('deleted')) throw error
    return false
  }
}

async function happen(on: Play, { what, pick }: Happening): Promise<void> {
  const { sandbox, world, lost } = on
  const idOf = (stream: string) => {
    // Those that were made since are chosen, too.
    const made = stream === 'customers' && pick % 3 === 0 ? on.made[pick % (on.made.length || 1)] : undefined
    return made ?? world(stream, pick).id
  }
  /** A change that Stripe tells of: the object is known again. */
  const update = async (stream: string, fields: Record<string, unknown>, id = idOf(stream)) => {
    const before = sandbox.account.store.get(stream, id)
    if (await ifThere(sandbox.update(stream, id, fields))) {
      const after = sandbox.account.store.get(stream, id)
      if (JSON.stringify(before) !== JSON.stringify(after)) lost.delete(id)
    }
  }
  const remove = async (stream: string, id = idOf(stream)) => {
    const was = sandbox.account.store.has(stream, id)
    if (!was || !(await ifThere(sandbox.remove(stream, id)))) return
    lost.delete(id)
  }
  const mark = `${what} ${next()}`
  const oneOf = (ids: readonly string[]) => ids[pick % (ids.length || 1)]

  switch (what) {
    case 'rename a customer':
      return update('customers', { name: mark, metadata: { mark } })
    case 'pay an invoice':
      return update('invoices', { status: 'paid', amount_paid: next() })
    case 'cancel a subscription':
      return update('subscriptions', { status: 'canceled', canceled_at: next() })
    case 'rename a product':
      return update('products', { name: mark })
    case 'change a price':
      return update('prices', { active: pick % 2 === 0, nickname: mark })
    case 'change a charge':
      return update('charges', { description: mark })
    case 'rename a tax rate':
      return update('tax_rates', { display_name: mark })
    case 'refund':
      return update('refunds', { metadata: { mark } })
    case 'change a subscription item': {
      const { id } = world('subscriptions', pick)
      const items = await children(on, 'subscription_items', id)
      const [first, ...rest] = items
      if (first) await update('subscriptions', { items: [{ ...first, metadata: { mark } }, ...rest] }, id)
      return
    }
    case 'change an invoice line':
      return changeLines(on, update, pick, ([first, ...rest]) =>
        first ? [{ ...first, description: mark }, ...rest] : [],
      )
    case 'replace an invoice line':
      return changeLines(on, update, pick, ([first, ...rest]) =>
        first ? [...rest, { ...first, id: `il_new${next()}` }] : [],
      )
    case 'many invoice lines':
      return changeLines(on, update, pick, ([first, ...rest]) =>
        first
          ? [first, ...rest, ...Array.from({ length: 12 }, () => ({ ...first, id: `il_many${next()}` }))]
          : [],
      )
    case 'restore the invoice lines': {
      const [id] = [...on.lines.keys()].slice(pick % (on.lines.size || 1))
      if (id !== undefined) await update('invoices', { lines: on.lines.get(id) }, id)
      return
    }
    case 'create a customer':
      on.made.push((await sandbox.create('customers', { name: mark, email: null })).id)
      return
    case 'create a coupon': {
      const { id } = await sandbox.create('coupons', {
        id: `NEW${next()}`,
        percent_off: 10,
        duration: 'once',
      })
      on.coupons.push(id)
      return
    }
    case 'create a deleted coupon anew': {
      const id = oneOf(on.coupons)
      if (id === undefined) return
      await remove('coupons', id)
      await sandbox.create('coupons', { id, percent_off: 20, duration: 'once', name: mark })
      return
    }
    case 'create a charge':
      await sandbox.create('charges', {
        amount: next(),
        currency: 'usd',
        status: 'succeeded',
        description: mark,
      })
      return
    case 'create a payment':
      on.payments.push(
        (await sandbox.create('payment_intents', { amount: next(), currency: 'usd', status: 'succeeded' }))
          .id,
      )
      return
    case 'delete a customer':
      return remove('customers')
    case 'delete a product':
      return remove('products')
    case 'delete a coupon':
      return remove('coupons', (pick % 2 === 0 ? oneOf(on.coupons) : undefined) ?? idOf('coupons'))
    case 'delete an invoice':
      return remove('invoices')
    case 'create a balance transaction silently':
      await sandbox.create('balance_transactions', { amount: next(), currency: 'usd' }, { silent: true })
      return
    case 'create a payment silently':
      on.payments.push(
        (await sandbox.create('payment_intents', { amount: next(), currency: 'usd' }, { silent: true })).id,
      )
      return
    // Only what is younger than 35 days is swept: payments that this history made.
    case 'change a payment silently': {
      const id = oneOf(on.payments)
      if (id) await ifThere(sandbox.update('payment_intents', id, { description: mark }, { silent: true }))
      return
    }
    case 'delete a payment silently': {
      const id = oneOf(on.payments)
      if (id) await ifThere(sandbox.remove('payment_intents', id, { silent: true }))
      return
    }
    case 'lose the event of a customer': {
      const id = idOf('customers')
      if (await ifThere(sandbox.update('customers', id, { name: mark }, { silent: true }))) lost.add(id)
      return
    }
    case 'lose the event of an invoice': {
      const { id } = world('invoices', pick)
      const lines = (await children(on, 'invoice_lines', id)).slice(1)
      if (await ifThere(sandbox.update('invoices', id, { lines, description: mark }, { silent: true })))
        lost.add(id)
      return
    }
    case 'lose the event of a deletion': {
      const { id } = world('coupons', pick)
      if (await ifThere(sandbox.remove('coupons', id, { silent: true }))) lost.add(id)
    }
  }
}

async function children({ sandbox }: Play, stream: string, parent: string) {
  return (await sandbox.account.store.children(streamOf(stream), parent)) as unknown as Record<
    string,
    unknown
  >[]
}

async function changeLines(
  on: Play,
  update: (stream: string, fields: Record<string, unknown>, id: string) => Promise<void>,
  pick: number,
  change: (lines: readonly Record<string, unknown>[]) => readonly Record<string, unknown>[],
): Promise<void> {
  const { id } = on.world('invoices', pick)
  const lines = await children(on, 'invoice_lines', id)
  if (!on.lines.has(id)) on.lines.set(id, lines)
  await update('invoices', { lines: change(lines) }, id)
}
