/** In which mode each stream was last run, and since when it must have been read whole: kept with its rows. */
import { ConfigError } from './errors.ts'
import type { Checkpoint, Mode, State } from './model.ts'

const prefix = 'mode/'

interface Kept {
  readonly mode: Mode
  /** Milliseconds since 1970; readings of the whole stream that began earlier do not count. */
  readonly from: number
}

export interface ModeRun {
  /** For the source: what it must have read whole, and since when. */
  readonly wholeSince: ReadonlyMap<string, number>
  /** What is new, to be kept with the first rows. */
  readonly marks: readonly Checkpoint[]
  /** To be kept with the stream's last rows. */
  ended(stream: string): Checkpoint | undefined
}

/** In which modes the streams were last run; those that are not named are `incremental`. */
export function modesIn(state: State): ReadonlyMap<string, Mode> {
  return new Map(
    [...state].flatMap(([scope, cursor]): [string, Mode][] =>
      scope.startsWith(prefix) ? [[scope.slice(prefix.length), (cursor as Kept & typeof cursor).mode]] : [],
    ),
  )
}

/**
 * What the modes ask of a run that begins now, by the source's clock (source-clock.ts). A table that begins a history is read
 * whole once; one of `full_refresh` after each time it was, and a reading that was begun is carried on.
 * Nothing is kept for `incremental`, unless it was another. Throws `ConfigError` for a change that would lose rows.
 */
export function modeRun(
  state: State,
  streams: Iterable<string>,
  modes: ReadonlyMap<string, Mode> = new Map(),
  clock: () => number,
): ModeRun {
  const now = clock()
  const wholeSince = new Map<string, number>()
  const marks: Checkpoint[] = []
  for (const stream of streams) {
    const mode = modes.get(stream) ?? 'incremental'
    const kept = state.get(`${prefix}${stream}`) as (Kept & Checkpoint['cursor']) | undefined
    const before = kept?.mode ?? 'incremental'
    if (before === 'append' && mode !== 'append') throw noWayBack(stream, mode)
    const isWhole = mode === 'history' || mode === 'full_refresh'
    const from = mode === before ? (kept?.from ?? 0) : isWhole ? now : 0
    if (mode !== before) marks.push(checkpoint(stream, { mode, from }))
    if (isWhole) wholeSince.set(stream, from)
  }
  return {
    wholeSince,
    marks,
    ended: (stream) =>
      modes.get(stream) === 'full_refresh'
        ? checkpoint(stream, { mode: 'full_refresh', from: clock() + 1 })
        : undefined,
  }
}

function checkpoint(stream: string, { mode, from }: Kept): Checkpoint {
  return { scope: `${prefix}${stream}`, cursor: { mode, from } }
}

function noWayBack(stream: string, mode: Mode): ConfigError {
  return new ConfigError(
    `${stream} holds every version of its objects (mode append), of which ${mode} would keep one`,
    {
      cure: 'leave it in that mode, or make a copy in another mode under another name',
      option: `--mode ${stream}=append`,
    },
  )
}
