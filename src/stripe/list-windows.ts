/** Lists the windows that are owed, once, when no event is left that may speak of their objects. */
import type { Page, Prune } from '../core/model.ts'
import { type Branch, streamsOf } from './branch.ts'
import type { Owed } from './owed.ts'
import type { Reading } from './reading.ts'
import { readSlices } from './slice-reader.ts'
import { slices } from './slices.ts'

/**
 * Lists the branch's windows, with all children, from where an earlier run left them; what is not found is gone. `owes`
 * says at any moment what is left once all that was pushed is durable. Errors that concern the branch's streams alone
 * end them. `onPage` is called after each page.
 */
export async function listWindows(
  reading: Reading,
  branch: Branch,
  owes: Owed,
  onPage: () => Promise<void>,
): Promise<void> {
  const { stream } = branch
  const { name } = stream
  if (owes.windows(name).length === 0) return
  const names = streamsOf(branch)
  const listing = owes.list(name, reading.now())
  const { windows, began } = listing
  const plan = slices({
    slices: listing.left(),
    floor: windows[0]?.from ?? 0,
    bound: windows.at(-1)?.to ?? 0,
    variants: 1,
  })
  listing.left = plan.remaining
  try {
    await readSlices(reading, branch, plan, {
      prune: true,
      page: (changes, bytes) => ({ kind: 'page', stream: name, changes, bytes }),
      onPage,
    })
  } catch (error) {
    return reading.refuse(stream, names, error)
  }
  if (!names.some((one) => reading.isOpen(one))) return
  await reading.push((): Page => {
    const column = stream.created?.field ?? 'created'
    const gone = windows.map(
      ({ from, to }): Prune => ({
        op: 'prune',
        stream: name,
        version: began,
        within: { column, from: from * 1_000_000, to: to * 1_000_000 },
      }),
    )
    owes.listed(name)
    return { kind: 'page', stream: name, changes: reading.isOpen(name) ? gone : [], bytes: 0 }
  })
  await onPage()
}
