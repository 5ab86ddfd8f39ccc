/** How far the events were read, as it stands in the state; and what is kept of it for streams that a run leaves out. */
import type { State } from '../core/model.ts'
import type { OwedJson } from './owed.ts'
import type { Slice } from './slices.ts'

/** Not the name of a stream: those are the scopes of their walks. */
export const scope = 'changes'

/** How far the events of each stream have been read, unix seconds; and the ids of the newest of them. */
export type Followed = {
  readonly upTo: Readonly<Record<string, number>>
  readonly seen: readonly string[]
  /** A reading of events that was cut short: `upTo` says where it began. */
  readonly pass?: {
    /** Unix seconds: where it ends. */
    readonly to: number
    /** Unix seconds: no event that was new to this reading is older. */
    readonly news: number
    readonly left: readonly Slice[]
    readonly owed: OwedJson
    /** Streams that ended meanwhile: what the events told of them was not read. */
    readonly missed: readonly string[]
  }
  /** Streams that gave up their place among the events: they are listed whole as soon as they can be read. */
  readonly lost?: readonly string[]
}

export type EventsCursor = Followed & {
  /** Of the streams that the last runs left out, as the last run that read them left it. */
  readonly aside?: Followed
}

const nothing: EventsCursor = { upTo: {}, seen: [] }

const cursorOf = (state: State): EventsCursor => (state.get(scope) as EventsCursor | undefined) ?? nothing

/** Of all streams that are followed, those that were left out with them. */
export function eventsCursor(state: State): Followed {
  const { aside, ...own } = cursorOf(state)
  return aside ? joined(own, aside) : own
}

/**
 * The cursor of a run that reads some of the streams, `ours`, and what it keeps aside for the others. Events that one run
 * has seen are no news to the next one's streams only if it read them: so the two are never mixed.
 */
export function cursorOfPart(
  state: State,
  ours: ReadonlySet<string>,
): { readonly own: Followed; readonly aside?: Followed } {
  const { aside: before, ...last } = cursorOf(state)
  const isOurs = (stream: string) => ours.has(stream)
  // As the run before: it goes on where that one stopped, also within a reading that was cut short.
  if (before && namesOf(last).every(isOurs) && !namesOf(before).some(isOurs)) {
    return { own: last, aside: before }
  }
  const all = before ? joined(last, before) : last
  if (namesOf(all).every(isOurs)) return { own: all }
  const { seen, pass } = all
  return {
    // A reading that was cut short has seen events of which it has not read what they tell: they are news.
    own: { ...those(all, isOurs), seen: pass ? [] : seen },
    aside: { ...those(all, (stream) => !isOurs(stream)), seen, ...(pass && { pass }) },
  }
}

const namesOf = ({ upTo, lost = [] }: Followed) => [...Object.keys(upTo), ...lost]

function those({ upTo, lost = [] }: Followed, wanted: (stream: string) => boolean): Omit<Followed, 'seen'> {
  const some = lost.filter(wanted)
  return {
    upTo: Object.fromEntries(Object.entries(upTo).filter(([stream]) => wanted(stream))),
    ...(some.length > 0 && { lost: some }),
  }
}

/**
 * Both together. What only one of them has seen is news to the other's streams. A reading of the part that was cut short
 * is as if it had not been; that of the whole, which is older, is still to be finished.
 */
function joined(part: Followed, aside: Followed): Followed {
  const both = new Set(aside.seen)
  const lost = [...new Set([...(aside.lost ?? []), ...(part.lost ?? [])])]
  return {
    upTo: { ...aside.upTo, ...part.upTo },
    seen: part.seen.filter((id) => both.has(id)),
    ...(aside.pass && { pass: aside.pass }),
    ...(lost.length > 0 && { lost }),
  }
}
