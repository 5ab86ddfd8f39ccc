/**
 * The specification of a destination, as tests: one call per destination registers them all.
 * What is said in the parts is what core relies on.
 */
import type { Capabilities } from '../../src/core/model.ts'
import { dropping } from './dropping.ts'
import { harness, type Place } from './harness.ts'
import { life } from './life.ts'
import { merging } from './merging.ts'
import { modes } from './modes.ts'
import { prunes } from './prunes.ts'
import { reading } from './reading.ts'
import { roundTrip } from './round-trip.ts'
import { state } from './state.ts'

/** `place` makes a fresh, empty place for one test; `caps` are the destination's. */
export function conformance(
  name: string,
  place: () => Promise<Place>,
  caps: Pick<Capabilities, 'json'> = {},
): void {
  const suite = harness(name, place, caps)
  for (const part of [roundTrip, merging, prunes, reading, modes, state, dropping, life]) part(suite)
}
