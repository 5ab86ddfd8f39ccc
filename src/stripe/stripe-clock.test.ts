import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type StripeClock, stripeClock, stripeClocks, wrongClock } from './stripe-clock.ts'

/** A machine whose clock is ahead of Stripe's by `off` milliseconds; what it is told took so long. */
function machine(off: number) {
  let passed = 0
  const right = () => Date.UTC(2026, 10, 28, 12) + passed
  const set = { off }
  const clock = stripeClock({ wall: () => right() + set.off, now: () => passed, after: () => () => {} })
  return {
    set,
    clock,
    right,
    pass: (ms: number) => {
      passed += ms
    },
    /** A request that takes so long is answered; `date` is of its middle. */
    ask(took = 100, wrong = 0) {
      passed += took
      clock.told(new Date(right() - took / 2 + wrong).toUTCString(), took)
    },
  }
}

const isRight = (clock: StripeClock, right: number) => Math.abs(clock.wall() - right) <= 1_000

test('a clock that is right, or nearly, is left alone', () => {
  for (const off of [0, 1_500, -1_500]) {
    const { clock, right, ask, pass } = machine(off)
    for (let time = 0; time < 50; time++) {
      ask(time * 7)
      pass(137)
    }
    assert.equal(clock.ahead, 0)
    assert.equal(clock.wall(), right() + off)
  }
})

test('one that is wrong is set right by the first answer', () => {
  for (const off of [40 * 86_400_000, -3_600_000, 5_000]) {
    const { clock, right, ask } = machine(off)
    assert.equal(clock.isTold, false)
    ask(300)
    assert.equal(clock.isTold, true)
    assert.ok(isRight(clock, right()), `${clock.wall() - right()} ms after ${off}`)
    assert.ok(Math.abs(clock.ahead + off) <= 1_000)
  }
})

test('a slow answer proves little', () => {
  const { clock, ask } = machine(20_000)
  ask(60_000)
  assert.equal(clock.ahead, 0)
})

test('later it takes three answers, each asked for after the one before', () => {
  const { set, clock, right, ask } = machine(0)
  ask()
  ask(100, 3_600_000)
  assert.equal(clock.ahead, 0, 'one is mistaken')
  ask()
  ask(100, 3_600_000)
  ask(100, 3_600_000)
  assert.equal(clock.ahead, 0, 'it is no third in a row')
  ask()
  // The machine's clock jumps while many requests are on their way.
  set.off = 7_200_000
  const date = new Date(right()).toUTCString()
  for (let time = 0; time < 10; time++) clock.told(date, 50)
  assert.equal(clock.ahead, 0)
  for (let time = 0; time < 2; time++) ask()
  assert.ok(isRight(clock, right()))
})

test('it does not run backwards while the machine does', () => {
  const { set, clock, ask } = machine(0)
  ask()
  const before = clock.wall()
  set.off = -3_600_000
  assert.equal(clock.wall(), before)
})

test('answers without a date say nothing', () => {
  const { clock } = machine(86_400_000)
  clock.told(undefined, 10)
  clock.told('yesterday', 10)
  assert.deepEqual([clock.isTold, clock.ahead], [false, 0])
})

test('each address of the API has a clock', () => {
  const clocks = stripeClocks()
  assert.equal(clocks('https://api.stripe.com'), clocks('https://api.stripe.com'))
  assert.notEqual(clocks('https://api.stripe.com'), clocks('http://127.0.0.1:12111'))
})

test('a clock that is wrong is worth a warning', () => {
  const hour = 3_600_000
  assert.equal(wrongClock({ ahead: 59_000 }), undefined)
  assert.match(wrongClock({ ahead: 40 * 24 * hour }) ?? '', /is 40 days behind Stripe's/)
  assert.match(wrongClock({ ahead: -5 * hour }) ?? '', /is 5 hours ahead of Stripe's/)
  assert.match(wrongClock({ ahead: 90_000 }) ?? '', /is 2 minutes behind/)
})
