/** The modes of tables, as a person says them. */
import { ConfigError } from '../core/errors.ts'
import type { Mode, StreamSelection } from '../core/model.ts'
import { modes } from '../core/modes.ts'
import { nearest } from '../core/nearest.ts'

export interface ModeChoice {
  /** For tables that are not named. */
  readonly all: Mode
  readonly tables: ReadonlyMap<string, Mode>
}

/** `['append', 'invoices=history']`: append for all tables but one. Throws `ConfigError`. */
export function modeChoice(given: readonly string[]): ModeChoice {
  const tables = new Map<string, Mode>()
  let all: Mode | undefined
  for (const entry of given) {
    const [, table, word = ''] = /^\s*(?:([^=\s]*)\s*=)?\s*(.*?)\s*$/.exec(entry) ?? []
    if (table === '') {
      throw new ConfigError(`--mode "${entry}" names no table`, { cure: 'write --mode invoices=history' })
    }
    const mode = modeNamed(word, entry)
    const before = table === undefined ? all : tables.get(table)
    if (before !== undefined && before !== mode) {
      throw new ConfigError(`--mode says ${before} and ${mode} for ${table ?? 'all tables'}`, {
        cure: 'give one of them',
      })
    }
    if (table === undefined) all = mode
    else tables.set(table, mode)
  }
  return { all: all ?? 'incremental', tables }
}

/** The mode of each selected stream that has another than `incremental`. Throws `ConfigError` for tables that are not selected. */
export function modesOf(choice: ModeChoice, streams: readonly StreamSelection[]): ReadonlyMap<string, Mode> {
  const names = streams.map(({ name }) => name)
  for (const table of choice.tables.keys()) {
    if (names.includes(table)) continue
    throw new ConfigError(`--mode names ${table}, which is not among the selected tables`, {
      cure: didYouMean(table, names) ?? `add it to --tables, or leave it out of --mode`,
    })
  }
  const all = names.map((name) => [name, choice.tables.get(name) ?? choice.all] as const)
  return new Map(all.filter(([, mode]) => mode !== 'incremental'))
}

function modeNamed(word: string, entry: string): Mode {
  const mode = modes.find((name) => name === word)
  if (mode) return mode
  throw new ConfigError(`--mode "${entry}": there is no mode "${word}"`, {
    cure:
      didYouMean(word, modes) ?? `write ${modes.join(', ')}, or one of them for a table: invoices=history`,
  })
}

function didYouMean(word: string, names: readonly string[]): string | undefined {
  const meant = nearest(word, names)
  return meant && `did you mean ${meant}?`
}
