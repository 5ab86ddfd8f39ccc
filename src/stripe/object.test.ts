import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from '../core/model.ts'
import { branches } from './branch.ts'
import { readObject } from './object.ts'
import { places } from './places.ts'
import type { Reading } from './reading.ts'
import { account, catalog, idsOf, streams, tablesOf, warehouse } from './testing/account.ts'
import { fakeApi } from './testing/fakeApi.ts'

function setup(names: readonly string[]) {
  const objects = account(40, [0, 3, 120])
  let clock = 1000
  const into = warehouse()
  const pages: Page[] = []
  const reading: Reading = {
    api: fakeApi({ streams, objects, now: () => clock++ }),
    now: () => clock,
    signal: new AbortController().signal,
    report() {},
    async push(make) {
      const page = make()
      pages.push(page)
      into.take(page)
    },
    pages: places(1),
    lists: () => places(2),
    isOpen: () => true,
    refuse(_cause, _streams, error) {
      throw error
    },
  }
  const [root] = branches(catalog, tablesOf(names))
  assert.ok(root)
  return { objects, into, pages, readAgain: (id: string) => readObject(reading, root, id) }
}

test('an object is read again with all its children, and children that are gone go', async () => {
  const { objects, into, pages, readAgain } = setup(['invoices', 'invoice_lines', 'line_taxes'])
  objects.invoices?.splice(3)
  for (const id of ['in_0', 'in_1', 'in_2']) await readAgain(id)
  const expected = () => {
    const { invoices, invoice_lines, line_taxes } = idsOf(objects)
    return { invoices, invoice_lines, line_taxes }
  }
  assert.deepEqual(into.ids(), expected())
  for (const invoice of objects.invoices ?? []) {
    const lines = invoice.lines as { taxes: unknown[] }[]
    lines.splice(1, 2)
    lines[0]?.taxes.pop()
  }
  for (const id of ['in_0', 'in_1', 'in_2']) await readAgain(id)
  const { line_taxes, ...there } = into.ids()
  const { line_taxes: taxes, ...left } = expected()
  assert.deepEqual(there, left)
  // Of a line that is gone the taxes are out of reach: nothing names its parent's parent.
  assert.ok(taxes?.every((id) => line_taxes?.includes(id)))
  assert.ok(pages.every((page) => page.checkpoint === undefined))
})

test('an object that is gone, with a stub or without, is deleted and its children with it', async () => {
  const { objects, into, readAgain } = setup(['invoices', 'invoice_lines'])
  await readAgain('in_2')
  assert.equal(into.ids().invoice_lines?.length, 120)
  objects.invoices?.splice(2, 1)
  await readAgain('in_2')
  assert.deepEqual(into.ids(), {})

  await readAgain('in_1')
  const { invoices } = objects
  invoices?.splice(1, 1, { id: 'in_1', object: 'invoice', deleted: true })
  await readAgain('in_1')
  assert.deepEqual(into.ids(), {})
})
