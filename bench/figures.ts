/** What a scenario measured, in the words of the results. */
export interface Figure {
  readonly what: string
  readonly value: number
  readonly unit: string
  /** What is asked for; `value` must be at least, or at most, or below it. */
  readonly target?: { readonly is: '≥' | '≤' | '<'; readonly value: number }
}

export interface Measured {
  readonly figures: readonly Figure[]
  /** What bound the run, and whatever else is needed to read the figures rightly. */
  readonly notes: readonly string[]
  /** The raw numbers behind them, samples over time included. */
  readonly detail: Readonly<Record<string, unknown>>
}

export interface ScenarioOptions {
  /** Small sizes: shows that the scenario works, and roughly how fast. */
  readonly quick: boolean
  /** Sizes to measure memory at, in millions of invoices; the smallest for files, the largest for the account that changes. */
  readonly millions: readonly number[]
  /** A folder for everything that is thrown away afterwards. */
  readonly folder: string
  /** A V8 profile of every client is written there. */
  readonly profiles: string | undefined
  readonly say: (line: string) => void
}

export interface Scenario {
  readonly about: string
  run(options: ScenarioOptions): Promise<Measured>
}

export function met({ value, target }: Figure): boolean | undefined {
  if (target === undefined) return undefined
  if (target.is === '≥') return value >= target.value
  return target.is === '≤' ? value <= target.value : value < target.value
}

/** Four digits that mean something; more would be noise. */
export function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4))
}
