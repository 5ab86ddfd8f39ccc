/** What the runs of an integration do about deleted rows: kept with the rows, so that nobody has to say it again. */
import type { Checkpoint, Deletes, State } from './model.ts'

const scope = 'deletes'
const all: readonly Deletes[] = ['soft', 'hard', 'ignore']

export interface DeletesRun {
  readonly deletes: Deletes
  /** What is new, to be kept with the first rows. */
  readonly marks: readonly Checkpoint[]
  /** What becomes of the rows that were treated otherwise before; one line, when it changes. */
  readonly told?: string
}

/** As the last run was told; `soft` when none was. */
export function deletesIn(state: State): Deletes {
  const kept = state.get(scope)
  return all.find((one) => one === kept) ?? 'soft'
}

/** What a run does that was told `wanted`, or nothing: then as the runs before it. */
export function deletesRun(state: State, wanted: Deletes | undefined): DeletesRun {
  const before = deletesIn(state)
  const deletes = wanted ?? before
  if (deletes === before) return { deletes, marks: [] }
  const marks = [{ scope, cursor: deletes }]
  return state.size === 0
    ? { deletes, marks }
    : {
        deletes,
        marks,
        told: `what is done about deletions was ${before} and is ${deletes} from now on: ${stays[before]}`,
      }
}

const stays: Readonly<Record<Deletes, string>> = {
  soft: 'rows that are marked stay marked',
  hard: 'rows that were removed stay removed',
  ignore: 'rows of what went meanwhile are found by a full refresh',
}
