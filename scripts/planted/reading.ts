/** Bugs of reading Stripe: walks, events, sweeps, children. */
import type { Bug } from './bug.ts'

const regressions = 'test/model/regressions.test.ts'

export const readingBugs: readonly Bug[] = [
  {
    name: 'slices: the older part ends a second too early',
    edits: [
      {
        file: 'src/stripe/slices.ts',
        find: 'range: { from, to: middle },',
        put: 'range: { from, to: middle - 1 },',
      },
    ],
    tests: ['src/stripe/slices.test.ts'],
  },
  {
    name: 'event slices: one begins a second too late',
    edits: [
      {
        file: 'src/stripe/events.ts',
        find: 'created >= from)',
        put: 'created > from)',
      },
    ],
    tests: ['src/stripe/events.test.ts'],
  },
  {
    name: 'events: the last second is left out',
    edits: [
      {
        file: 'src/stripe/pass.ts',
        find: 'const to = Math.floor(reading.now() / 1000) + 1',
        put: 'const to = Math.floor(reading.now() / 1000)',
      },
    ],
    tests: [regressions],
  },
  {
    name: "clock: answers do not set the machine's right",
    edits: [
      {
        file: 'src/stripe/request.ts',
        find: "    clock.told(header(reply, 'date'), clock.now() - sent)\n",
        put: '',
      },
    ],
    tests: ['test/e2e/wrong-clock.test.ts'],
  },
  {
    name: 'clock: one answer that is mistaken is believed',
    edits: [{ file: 'src/stripe/stripe-clock.ts', find: 'const witnesses = 3', put: 'const witnesses = 1' }],
    tests: ['src/stripe/stripe-clock.test.ts'],
  },
  {
    name: "clock: modes go by the machine's",
    edits: [
      { file: 'src/core/source-clock.ts', find: '    ours() + (source.ahead?.() ?? 0)', put: '    ours()' },
    ],
    tests: ['test/e2e/wrong-clock.test.ts'],
  },
  {
    name: 'limit of reads: pages on their way are thrown away',
    edits: [
      {
        file: 'src/stripe/slice-reader.ts',
        find: 'if (!(error instanceof BudgetError)) stop.abort(error)',
        put: 'stop.abort(error)',
      },
    ],
    tests: ['src/stripe/read.test.ts'],
  },
  {
    name: 'events are not known again: every run re-reads the overlap',
    edits: [
      {
        file: 'src/stripe/pass.ts',
        find: 'events.filter((event) => !position.known.has(event.id))',
        put: '[...events]',
      },
    ],
    tests: ['test/e2e/changes.test.ts'],
  },
  {
    name: 'no overlap: late events are never read',
    edits: [
      {
        file: 'src/stripe/pass.ts',
        find: 'const overlap = 600',
        put: 'const overlap = 0',
      },
    ],
    tests: ['test/e2e/changes.test.ts'],
  },
  {
    name: 'an event counts as known though its object could not be read',
    edits: [
      {
        file: 'src/stripe/pass.ts',
        find: 'isMissed(pass, stream) ? Math.min(news, before)',
        put: 'isMissed(pass, stream) ? before',
      },
    ],
    tests: [regressions],
    named: 'object that could not be read then is news',
  },
  {
    name: 'what a killed run had gathered from events is forgotten',
    edits: [
      {
        file: 'src/stripe/pass.ts',
        find: 'owed: under.owes.toJson(),',
        put: 'owed: {},',
      },
    ],
    tests: ['src/stripe/changes.test.ts'],
  },
  {
    name: 'windows that are owed are forgotten when the run is killed',
    edits: [
      {
        file: 'src/stripe/owed.ts',
        find: '...(windows.length > 0 && { windows',
        put: '...(windows.length > 9e9 && { windows',
      },
    ],
    tests: ['src/stripe/owed-windows.test.ts'],
    named: 'killed again and again',
  },
  {
    name: 'an event that comes when the listing of its window has begun is absorbed',
    edits: [
      {
        file: 'src/stripe/owed.ts',
        find: 'created !== undefined && !listing && isWithin',
        put: 'created !== undefined && isWithin',
      },
    ],
    tests: ['src/stripe/owed.test.ts'],
  },
  {
    name: 'windows are listed before all events are read, and go on to absorb',
    edits: [
      {
        file: 'src/stripe/owed.ts',
        find: 'created !== undefined && !listing && isWithin',
        put: 'created !== undefined && isWithin',
      },
      {
        file: 'src/stripe/pass.ts',
        find: 'if (pass.owes.size > 0) await readIds(pass)',
        put: 'await settleDebts(pass)',
      },
      {
        file: 'src/stripe/list-windows.ts',
        find: '    owes.listed(name)\n',
        put: '',
      },
    ],
    tests: ['src/stripe/owed-windows.test.ts'],
    named: 'behind the listing',
  },
  {
    name: 'a window that is listed in two runs is pruned as of the second',
    edits: [{ file: 'src/stripe/list-windows.ts', find: 'version: began,', put: 'version: reading.now(),' }],
    tests: ['src/stripe/owed-windows.test.ts'],
  },
  {
    name: 'windows count as listed before the prune of what they do not have',
    edits: [
      {
        file: 'src/stripe/list-windows.ts',
        find: 'changes: reading.isOpen(name) ? gone : []',
        put: 'changes: []',
      },
    ],
    tests: ['src/stripe/owed-windows.test.ts'],
    named: 'found by its absence',
  },
  {
    name: 'a killed run reads its events again from the start',
    edits: [
      {
        file: 'src/stripe/pass.ts',
        find: '        pass.left = left\n',
        put: '',
      },
    ],
    tests: ['src/stripe/changes.test.ts'],
    named: 'killed again and again',
  },
  {
    name: 'a table that failed in a reading of events that was cut short is moved on with the others',
    edits: [
      {
        file: 'src/stripe/pass.ts',
        find: 'missed: new Set(missed) })',
        put: 'missed: new Set() })',
      },
    ],
    tests: ['src/stripe/changes.test.ts'],
  },
  {
    name: 'a table that could be read again is not listed again',
    edits: [
      {
        file: 'src/stripe/lost.ts',
        find: 'if (lost.size === 0) return',
        put: 'if (lost.size >= 0) return',
      },
    ],
    tests: ['test/e2e/lost.test.ts'],
  },
  {
    name: 'children that are gone stay',
    edits: [
      {
        file: 'src/stripe/children.ts',
        find: "{ op: 'prune', stream: stream.name, version, within: { column: child.parent.column, equals: parentId } },",
        put: '',
      },
    ],
    tests: ['test/e2e/changes.test.ts'],
  },
  {
    name: 'embedded lists are taken for whole',
    edits: [
      {
        file: 'src/stripe/children.ts',
        find: 'Array.isArray(data) && has_more === false ? data : undefined',
        put: 'Array.isArray(data) && has_more !== undefined ? data : undefined',
      },
    ],
    tests: ['src/stripe/read.test.ts'],
  },
  {
    name: 'a cursor is made before its page has taken its place in the queue',
    edits: [
      {
        file: 'src/stripe/slice-reader.ts',
        find: 'const changes = await read.changes',
        put: 'plan.took(slice, seen)\n    const early = pageOf([], 0).checkpoint\n    const changes = await read.changes',
      },
      {
        file: 'src/stripe/slice-reader.ts',
        find: '      plan.took(slice, seen)\n      taken++\n      return pageOf(changes, bytes)',
        put: '      taken++\n      return { ...pageOf(changes, bytes), ...(early && { checkpoint: early }) }',
      },
    ],
    tests: ['src/stripe/read.test.ts'],
  },
  {
    name: 'a walk is done before its prune is durable',
    edits: [
      {
        file: 'src/stripe/backfill.ts',
        find: 'const isLast = cursor.prune && plan.remaining().length === 0',
        put: 'const isLast = false',
      },
    ],
    tests: ['test/e2e/belongings.test.ts'],
    named: 'killed at any load',
  },
  {
    name: 'events are followed from the end of the backfill',
    edits: [
      {
        file: 'src/stripe/changes.ts',
        find: 'Object.assign(upTo, starts)',
        put: 'for (const stream of Object.keys(starts)) upTo[stream] = now()',
      },
      {
        file: 'src/stripe/read.ts',
        find: '  await changes?.settle()\n',
        put: '',
      },
      {
        file: 'src/stripe/read.ts',
        find: '  if (!changes) return\n',
        put: '  if (!changes) return\n  await changes.settle()\n',
      },
    ],
    tests: [regressions],
    named: 'however long it lasts',
  },
  {
    name: 'cancelled subscriptions are not asked for',
    edits: [
      {
        file: 'src/stripe/overrides.ts',
        find: "canceled ones too',\n    fixed: { status: 'all' },",
        put: "canceled ones too',",
      },
    ],
    tests: ['src/stripe/overrides.test.ts', 'test/e2e/sync.test.ts'],
  },
  {
    name: 'a smaller page loses what the bigger one would have held',
    edits: [
      {
        file: 'src/stripe/client.ts',
        find: '        return asList(path, reply)\n      },\n    }',
        put: '        return asList(path, shrunk ? { ...reply, body: { ...reply.body, has_more: false } } : reply)\n      },\n    }',
      },
    ],
    tests: [regressions],
    named: 'a page that had to be smaller',
  },
  {
    name: 'the gap of 30 days goes unnoticed',
    edits: [
      {
        file: 'src/stripe/changes.ts',
        find: 'if (age <= eventRetention) return false',
        put: 'if (age >= 0) return false',
      },
    ],
    tests: ['test/e2e/changes.test.ts'],
  },
  {
    name: 'the cursor of the events bears the name of a stream',
    edits: [
      { file: 'src/stripe/events-cursor.ts', find: "const scope = 'changes'", put: "const scope = 'events'" },
    ],
    tests: [regressions],
    named: 'dies before it has read events',
  },
  {
    name: 'a table that is selected again keeps what was deleted meanwhile',
    edits: [
      {
        file: 'src/stripe/cursor.ts',
        find: 'const prune = fullRefresh || state.size > 0',
        put: 'const prune = fullRefresh || state.has(scope)',
      },
    ],
    tests: [regressions],
    named: 'deleted while its table was not selected',
  },
  {
    name: 'late events that appear during a long walk are passed over',
    edits: [
      {
        file: 'src/stripe/changes.ts',
        find: '- (stream in starts ? 0 : overlap)',
        put: '- 0',
      },
    ],
    tests: [regressions],
    named: 'becomes visible while a long walk',
  },
  {
    name: 'an object that is gone on re-reading stays',
    edits: [
      {
        file: 'src/stripe/object.ts',
        find: 'object = { id, deleted: true }',
        put: 'return',
      },
    ],
    tests: ['test/e2e/changes.test.ts'],
  },
  {
    name: 'full refresh: what is not read yet is taken for gone',
    edits: [
      {
        file: 'src/stripe/backfill.ts',
        find: "return { kind: 'page', stream, changes, bytes, ...(!isLast",
        put: "return { kind: 'page', stream, changes: [...changes, ...goneAfter(reading, walk)], bytes, ...(!isLast",
      },
    ],
    tests: ['test/e2e/modes.test.ts'],
    named: 'a full refresh finds in every run',
  },
  {
    name: 'full refresh: one that was killed does not find what is gone',
    edits: [
      {
        file: 'src/stripe/cursor.ts',
        find: 'if (cursor.slices.length > 0) walks.push(walk)',
        put: 'if (cursor.slices.length > 0) walks.push({ ...walk, cursor: { ...walk.cursor, prune: false } })',
      },
    ],
    tests: ['test/e2e/modes.test.ts'],
    named: 'a full refresh finds in every run',
  },
]
