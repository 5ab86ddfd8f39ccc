// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of sources
/** Bugs between the two: packing, writing, verifying. */
import type { Bug } from './bug.ts'

const model = 'test/model/model.test.ts'

export const loopBugs: readonly Bug[] = [
  {
    name: 'checkpoints are written before their rows',
    edits: [
      {
        file: 'src/core/writer.ts',
        find: 'receipt = await warehouse.load(load)',
        put: 'await warehouse.load({ ...load, id: `${load.id} state`, batches: [] })\n      receipt = await warehouse.load({ ...load, checkpoints: [] })',
      },
    ],
    tests: ['test/model/deaths.test.ts'],
  },
  {
    name: 'rows of a load: the last one read wins, not the newest',
    edits: [
      {
        file: 'src/core/pack.ts',
        find: 'if (known && known.version > change.version) continue',
        put: '',
      },
    ],
    tests: ['src/core/pack.test.ts'],
  },
  {
    name: 'what is gone leaves what belongs to it behind',
    edits: [
      {
        file: 'src/core/belongings.ts',
        find: 'concerns: (page) => open(page).length > 0',
        put: 'concerns: (page) => open(page).length > 99',
      },
    ],
    tests: ['test/e2e/belongings.test.ts'],
  },
  {
    name: 'hard deletes mark where they should remove',
    edits: [
      {
        file: 'src/core/pack.ts',
        find: "...(options.deletes === 'hard' ? { deletes: 'hard' } : {}),",
        put: '',
      },
    ],
    tests: ['test/e2e/modes.test.ts'],
    named: 'hard deletes leave no row',
  },
  {
    name: 'ignored deletions: what a list does not have any more is marked all the same',
    edits: [
      {
        file: 'src/core/pack.ts',
        find: "if (change.op !== 'upsert' && options.deletes === 'ignore') continue",
        put: "if (change.op === 'delete' && options.deletes === 'ignore') continue",
      },
    ],
    tests: [model],
  },
  {
    name: 'history: of the versions in one load only the newest gets an interval',
    edits: [
      {
        file: 'src/core/pack.ts',
        find: 'const place = `${change.version} ${key}`',
        put: 'const place = `${key}`',
      },
    ],
    tests: ['src/core/pack.test.ts'],
  },
  {
    name: 'append: a version takes the place of the one before it',
    edits: [
      {
        file: 'src/core/modes.ts',
        find: 'return { ...plain, key: [...plain.key, bookkeeping[1].name] }',
        put: 'return plain',
      },
    ],
    tests: [model],
  },
  {
    name: 'full refresh: it happens once',
    edits: [
      {
        file: 'src/core/writer.ts',
        find: 'if (mark) pack.mark(mark)',
        put: '',
      },
    ],
    tests: ['test/e2e/modes.test.ts'],
    named: 'a full refresh finds in every run',
  },
  {
    name: 'a repair heals what is stale, and leaves what is gone',
    edits: [
      {
        file: 'src/core/verify-settle.ts',
        find: 'if (account !== shape.account) return undefined',
        put: 'if (account !== undefined) return undefined',
      },
    ],
    tests: ['test/e2e/verify.test.ts'],
    named: 'told with ids, and healed',
  },
  {
    name: 'what belongs to objects that a list does not have any more stays',
    edits: [
      {
        file: 'src/core/sync-account.ts',
        find: "deletes !== 'ignore' && belonging.concerns(item)",
        put: "deletes !== 'ignore' && belonging.concerns(item) && item.bytes < 0",
      },
    ],
    tests: ['test/e2e/belongings.test.ts'],
  },
]
