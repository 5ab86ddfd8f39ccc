/** What happens to an account: changes by the sandbox's own operations, told of by events or not. */
import type { Replica } from '../support/replica.ts'
import { streamOf } from '../support/truth.ts'
import type { Happening } from './steps.ts'

/** An account and its replica, and what is to be remembered of what happened. */
export interface Play extends Replica {
  /** Ids of objects whose last change was lost: nothing is promised for them, nor for their children. */
  readonly lost: Set<string>
  /** Ids of objects that once were, and are gone or may be. */
  readonly gone: Set<string>
  readonly made: string[]
  readonly payments: string[]
  readonly coupons: string[]
  /** The lines of invoices as they were before they were changed. */
  readonly lines: Map<string, readonly Record<string, unknown>[]>
  /** How often the process died. */
  deaths: number
}

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

export async function happen(on: Play, { what, pick }: Happening): Promise<void> {
  const { sandbox, world, lost, gone } = on
  const idOf = (stream: string) => {
    // Those that were made since are chosen, too.
    const made = stream === 'customers' && pick % 3 === 0 ? on.made[pick % (on.made.length || 1)] : undefined
    return made ?? world(stream, pick).id
  }
  /** A change that Stripe tells of: the object is known again. */
  const update = async (stream: string, fields: Record<string, unknown>, id = idOf(stream)) => {
    const before = sandbox.account.store.get(stream, id)
    if ('lines' in fields)
      for (const line of await children(on, 'invoice_lines', id)) gone.add(String(line.id))
    if (await ifThere(sandbox.update(stream, id, fields))) {
      const after = sandbox.account.store.get(stream, id)
      if (JSON.stringify(before) !== JSON.stringify(after)) lost.delete(id)
    }
  }
  const remove = async (stream: string, id = idOf(stream)) => {
    const was = sandbox.account.store.has(stream, id)
    if (!was || !(await ifThere(sandbox.remove(stream, id)))) return
    lost.delete(id)
    gone.add(id)
  }
  const mark = `${what} ${next()}`
  const oneOf = (ids: readonly string[]) => ids[pick % (ids.length || 1)]

  switch (what) {
    case 'rename a customer':
      return update('customers', { name: mark, metadata: { mark } })
    case 'rename a customer a hundred times': {
      const id = idOf('customers')
      for (let times = 0; times < 110; times++) await update('customers', { name: `${mark} ${times}` }, id)
      return
    }
    case 'change all charges': {
      const count = sandbox.account.store.world.count('charges')
      for (let index = 0; index < count; index++)
        await update('charges', { description: mark }, world('charges', index).id)
      return
    }
    case 'change some customers and invoices':
      for (let index = pick; index < pick + 6; index++) {
        await update('customers', { name: mark }, world('customers', 3 * index).id)
        await update('invoices', { description: mark }, world('invoices', 2 * index).id)
      }
      return
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
      if (id && (await ifThere(sandbox.remove('payment_intents', id, { silent: true })))) gone.add(id)
      return
    }
    case 'lose the event of a customer': {
      const id = idOf('customers')
      if (await ifThere(sandbox.update('customers', id, { name: mark }, { silent: true }))) lost.add(id)
      return
    }
    case 'lose the event of an invoice': {
      const { id } = world('invoices', pick)
      const [first, ...lines] = await children(on, 'invoice_lines', id)
      if (first) gone.add(String(first.id))
      if (await ifThere(sandbox.update('invoices', id, { lines, description: mark }, { silent: true })))
        lost.add(id)
      return
    }
    case 'lose the event of a deletion': {
      const { id } = world('coupons', pick)
      if (await ifThere(sandbox.remove('coupons', id, { silent: true }))) {
        lost.add(id)
        gone.add(id)
      }
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
