import type { Source } from './model.ts'

/** The clock that a source's versions are of, in milliseconds since 1970: ours where the source has none of its own. */
export const sourceClock =
  (source: Pick<Source, 'ahead'>, ours: () => number): (() => number) =>
  () =>
    ours() + (source.ahead?.() ?? 0)
