import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ConfigError } from '../core/errors.ts'
import { historyStart, sinceStart } from './history.ts'

const now = Date.parse('2026-03-31T12:00:00Z')
const iso = (time: number) => new Date(time).toISOString()

test('a span of history goes back by the calendar', () => {
  assert.equal(iso(historyStart('2y', now)), '2024-03-31T12:00:00.000Z')
  assert.equal(iso(historyStart('18mo', now)), '2024-09-30T12:00:00.000Z')
  assert.equal(iso(historyStart('1mo', now)), '2026-02-28T12:00:00.000Z')
  assert.equal(iso(historyStart('6w', now)), '2026-02-17T12:00:00.000Z')
  assert.equal(iso(historyStart('90d', now)), '2025-12-31T12:00:00.000Z')
  assert.equal(iso(historyStart('1y', Date.parse('2024-02-29T00:00:00Z'))), '2023-02-28T00:00:00.000Z')
  assert.equal(historyStart('900y', now), 0)
})

test('a day of the past, or a moment with its zone', () => {
  assert.equal(iso(sinceStart('2024-01-01', now)), '2024-01-01T00:00:00.000Z')
  assert.equal(iso(sinceStart('2024-02-29', now)), '2024-02-29T00:00:00.000Z')
  assert.equal(iso(sinceStart('2024-01-01T12:00:00+02:00', now)), '2024-01-01T10:00:00.000Z')
})

test('what is no span, no day, or not over is refused', () => {
  for (const text of ['', '0d', '2 years', '-1y', '1.5y', 'y', '2h', '99999d']) {
    assert.throws(() => historyStart(text, now), ConfigError, text)
  }
  for (const text of [
    '',
    'yesterday',
    '2023-02-29',
    '2024-13-01',
    '2024-1-1',
    '01/02/2024',
    '2024-01-01T12:00',
    '2026-04-01',
  ]) {
    assert.throws(() => sinceStart(text, now), ConfigError, text)
  }
})

test('whatever the day, a span ends before now and on a day of the right month', () => {
  const times = fc.date({ min: new Date('2010-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 240 }), (date, months) => {
      const start = new Date(historyStart(`${months}mo`, date.getTime()))
      const month = (value: Date) => value.getUTCFullYear() * 12 + value.getUTCMonth()
      assert.equal(month(date) - month(start), start.getTime() === 0 ? month(date) - month(start) : months)
      assert.ok(start.getTime() < date.getTime())
    }),
  )
})
