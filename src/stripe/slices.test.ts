import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type LiveSlice, type SeenPage, type Slice, type Slices, slices } from './slices.ts'

interface Item {
  readonly id: string
  readonly created: number
}

/** A list of Stripe's: newest first, of the range, behind the cursor; undefined when the cursor's object is gone. */
function page(
  items: readonly Item[],
  slice: LiveSlice,
  size: number,
): { data: Item[]; more: boolean } | undefined {
  const start = slice.after === undefined ? 0 : items.findIndex(({ id }) => id === slice.after) + 1
  if (start === 0 && slice.after !== undefined) return undefined
  const { from, to } = slice.range ?? { from: 0, to: Number.POSITIVE_INFINITY }
  const rest = items.slice(start).filter(({ created }) => created >= from && created < to)
  return { data: rest.slice(0, size), more: rest.length > size }
}

/** The same of an ordered list, in no time. */
function orderedPage(items: readonly Item[], slice: LiveSlice): { data: Item[]; more: boolean } {
  const { from, to } = slice.range ?? assert.fail('no range')
  const firstBefore = (time: number) => {
    let [low, high] = [0, items.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((items[middle]?.created ?? 0) < time) high = middle
      else low = middle + 1
    }
    return low
  }
  const start = slice.after === undefined ? firstBefore(to) : Number(slice.after.slice(2)) + 1
  const end = firstBefore(from)
  return { data: items.slice(start, Math.min(end, start + 100)), more: end > start + 100 }
}

const seen = ({ data, more }: { data: Item[]; more: boolean }, timed = true): SeenPage => ({
  ids: data.map(({ id }) => id),
  times: timed ? data.map(({ created }) => created) : [],
  more,
})

const newestFirst = (times: readonly number[]): Item[] =>
  times.toSorted((a, b) => b - a).map((created, index) => ({ id: `o_${index}`, created }))

const bound = 10_000_000
const options = { floor: 0, bound, variants: 1 }
const whole: Slice = { variant: 0, range: { from: 0, to: bound } }

/** Reads in rounds of requests that are on their way together. */
function readAll(times: readonly number[], workers: number) {
  const items = newestFirst(times)
  const plan = slices({ ...options, slices: [whole] })
  const found = new Set<string>()
  const rounds: number[] = []
  let requests = 0
  while (true) {
    const asked: LiveSlice[] = []
    for (let slice = plan.next(); slice; slice = asked.length < workers ? plan.next() : undefined)
      asked.push(slice)
    if (asked.length === 0) break
    rounds.push(asked.length)
    const pages = asked.map((slice) => ({ slice, got: orderedPage(items, slice) }))
    for (const { slice, got } of pages) {
      requests++
      for (const { id } of got.data) found.add(id)
      plan.saw(slice, seen(got))
      plan.took(slice, seen(got))
    }
  }
  assert.equal(found.size, items.length)
  return { requests, rounds, least: Math.max(1, Math.ceil(items.length / 100)) }
}

/** Deterministic numbers in [0, 1). */
function randoms(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

const shapes: { readonly [name: string]: (random: number, index: number) => number } = {
  uniform: (random) => random * bound,
  growing: (random) => (1 + Math.log10(0.0001 + 0.9999 * random) / 4) * bound,
  'all within a thousandth of the time': (random) => (0.3 + random / 1000) * bound,
  'all long ago': (random) => random ** 2.5 * bound,
  'half of it imported in a day': (random, index) =>
    index % 2 ? random * bound : 5_000_000 + random * 86_400,
  'a third of it imported in a minute': (random, index) =>
    index % 3 ? random * bound : 5_000_000 + random * 60,
  'in bursts of a second': (random, index) => Math.floor(random * 100) * 100_000 + (index % 3),
}

for (const [name, shape] of Object.entries(shapes)) {
  test(`100,000 objects, ${name}: few requests are wasted, few are alone`, () => {
    const random = randoms(7)
    const times = Array.from({ length: 100_000 }, (_, index) =>
      Math.min(bound - 1, Math.max(0, Math.floor(shape(random(), index)))),
    )
    const { requests, rounds, least } = readAll(times, 16)
    const alone = rounds.filter((count) => count === 1).length
    const summary = `${requests} requests for ${least} pages in ${rounds.length} rounds, ${alone} alone`
    assert.ok(requests <= least * 1.05, summary)
    assert.ok(rounds.length <= least / 6, summary)
    assert.ok(alone <= 5 + rounds.length * 0.1, summary)
  })
}

test('small lists cost hardly more requests than they have pages', () => {
  for (const count of [0, 1, 99, 100, 101, 250, 1000, 3000]) {
    const random = randoms(count)
    const times = Array.from({ length: count }, () => Math.floor(random() * bound))
    const { requests, least } = readAll(times, 16)
    assert.ok(requests <= least + Math.max(0, Math.min(12, least / 3)), `${requests} for ${least}`)
  }
})

test('a list of one page is one request, however close its objects lie', () => {
  const plan = slices({ ...options, slices: [whole] })
  const slice = plan.next() ?? assert.fail('nothing to read')
  plan.saw(slice, seen({ data: newestFirst([bound - 1, bound - 2, bound - 3]), more: false }))
  // The reader asks for more work as soon as a page is seen, before it has been taken.
  assert.equal(plan.next(), undefined)
})

// ------------------------------------------------------------- whatever happens, all is read

type Step =
  | { readonly do: 'ask' }
  | { readonly do: 'take'; readonly which: number }
  | { readonly do: 'drop'; readonly which: number }
  | { readonly do: 'kill' }
  | { readonly do: 'delete'; readonly which: number }

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Step>({ do: 'ask' }) },
    { weight: 6, arbitrary: fc.nat(20).map((which): Step => ({ do: 'take', which })) },
    { weight: 1, arbitrary: fc.nat(20).map((which): Step => ({ do: 'drop', which })) },
    { weight: 1, arbitrary: fc.constant<Step>({ do: 'kill' }) },
    { weight: 1, arbitrary: fc.nat(20).map((which): Step => ({ do: 'delete', which })) },
  ),
  { maxLength: 400 },
)

/** Times of objects, with many in the same second and in no order of size. */
const listed = fc
  .array(fc.tuple(fc.nat(bound - 1), fc.integer({ min: 1, max: 400 })), { maxLength: 12 })
  .chain((bursts) =>
    fc.record({
      bursts: fc.constant(bursts),
      spread: fc.array(fc.nat(bound - 1), { minLength: 0, maxLength: 600, size: 'max' }),
    }),
  )
  .map(({ bursts, spread }) => [
    ...spread,
    ...bursts.flatMap(([time, count]) => Array<number>(count).fill(time)),
  ])

function survives(
  times: readonly number[],
  moves: readonly Step[],
  timed: boolean,
  size: number,
  disorder: boolean,
) {
  const items = newestFirst(times)
  if (disorder) {
    // Neighbours change places, as Stripe's order is only nearly that of the times.
    for (let index = 0; index + 7 < items.length; index += 7) {
      const [a, b] = [items[index], items[index + 5]]
      if (a && b) [items[index], items[index + 5]] = [b, a]
    }
  }
  const initial: Slice = timed ? whole : { variant: 0 }
  const start = (left: readonly Slice[]): Slices => slices({ ...options, slices: left })
  let plan = start([initial])
  let under: { slice: LiveSlice; got: ReturnType<typeof page> }[] = []
  const taken = new Set<string>()

  const act = (step: Step) => {
    if (step.do === 'ask') {
      const slice = plan.next()
      if (!slice) return
      const got = page(items, slice, size)
      if (got) plan.saw(slice, seen(got, timed))
      under.push({ slice, got })
    } else if (step.do === 'take') {
      const [one] = under.splice(step.which % Math.max(1, under.length), 1)
      if (!one) return
      if (!one.got) return plan.lost(one.slice)
      for (const { id } of one.got.data) taken.add(id)
      plan.took(one.slice, seen(one.got, timed))
    } else if (step.do === 'delete') {
      // The object that a cursor stands at, if there is one.
      const cursors = plan.remaining().flatMap(({ after }) => after ?? [])
      const id = cursors[step.which % Math.max(1, cursors.length)]
      const index = items.findIndex((item) => item.id === id)
      if (index >= 0) items.splice(index, 1)
    } else if (step.do === 'kill') {
      plan = start(JSON.parse(JSON.stringify(plan.remaining())) as Slice[])
      under = []
    }
  }
  // In a list that is far from being ordered, a lost cursor may cost objects: that far Stripe's never are.
  for (const step of moves) if (!disorder || step.do !== 'delete') act(step)
  for (let left = 100_000; plan.remaining().length > 0; left--) {
    assert.ok(left > 0, 'no end')
    act({ do: 'ask' })
    act({ do: 'take', which: left })
  }
  assert.deepEqual(
    items.filter(({ id }) => !taken.has(id)),
    [],
  )
}

test('after any splits, kills and deletions every object is read', () => {
  fc.assert(
    fc.property(
      listed,
      steps,
      fc.boolean(),
      fc.constantFrom(100, 7, 1),
      fc.boolean(),
      (times, moves, timed, size, odd) => {
        survives(size === 1 ? times.slice(0, 150) : times, moves, timed, size, odd && timed)
      },
    ),
    { numRuns: 150 },
  )
})

test('what is left is always without hole or overlap, and ends where the plan began', () => {
  fc.assert(
    fc.property(listed, fc.array(fc.nat(20), { maxLength: 100 }), (times, order) => {
      const items = newestFirst(times)
      const plan = slices({ ...options, slices: [whole] })
      const under: LiveSlice[] = []
      for (const which of order) {
        const asked = plan.next()
        if (asked) under.push(asked)
        const [slice] = under.splice(which % Math.max(1, under.length), 1)
        if (slice) {
          const got = page(items, slice, 100) ?? assert.fail('no cursor')
          plan.saw(slice, seen(got))
          plan.took(slice, seen(got))
        }
        const ranges = plan.remaining().flatMap(({ range }) => range ?? [])
        for (const [index, range] of ranges.entries()) {
          assert.ok(range.from < range.to)
          assert.ok(range.to <= (ranges[index - 1]?.from ?? bound))
        }
        const fraction = plan.fraction() ?? -1
        assert.ok(fraction >= 0 && fraction <= 1)
        if (ranges.length === 0) assert.equal(fraction, 1)
      }
    }),
    { numRuns: 200 },
  )
})
