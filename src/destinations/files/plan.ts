/** Which files of a table are worth being written anew, and how. docs/decisions/0013-files.md has the reckoning. */
import type { FileEntry } from './manifest.ts'

export interface Tidiness {
  /** New rows come from so many files, or rows that replace others, until they are put together. */
  readonly many: number
  /** Rows of a file that is worth being put together with others. */
  readonly small: number
  /** Share of replacing rows among those of the files that would be written anew. */
  readonly share: number
}

/** A file of a load is small; a row is written ten times at most when others are replaced. */
export const usual: Tidiness = { many: 16, small: 20_000, share: 0.1 }

export interface Compaction {
  /**
   * - `gather`: new rows of many loads go to files by month, small ones of these with them
   * - `rewrite`: rows that were replaced go; what took their place stands in files by month
   * - `join`: many small files of replacing rows become one
   */
  readonly kind: 'gather' | 'rewrite' | 'join'
  readonly inputs: readonly FileEntry[]
}

/** The next thing to do with a table's files; undefined when nothing is worth it. */
export function compactionOf(
  files: readonly FileEntry[],
  { many, small, share }: Tidiness = usual,
): Compaction | undefined {
  const fresh = files.filter(({ kind, replaces }) => kind === 'changes' && !replaces)
  if (fresh.length >= many) {
    const smallBase = files.filter(({ kind, rows }) => kind === 'base' && rows < small)
    return { kind: 'gather', inputs: [...fresh, ...smallBase] }
  }
  const replacing = files.filter(({ replaces }) => replaces)
  if (replacing.length < many) return undefined
  const whole = rewriteOf(files)
  const rowsOf = (some: readonly FileEntry[]) => some.reduce((sum, { rows }) => sum + rows, 0)
  if (rowsOf(replacing) >= share * rowsOf(whole.inputs)) return whole
  const smallOnes = replacing.filter(({ rows }) => rows < small)
  return smallOnes.length >= many ? { kind: 'join', inputs: smallOnes } : undefined
}

/** After it no row has a newer one in another file. */
export function rewriteOf(files: readonly FileEntry[]): Compaction {
  return { kind: 'rewrite', inputs: files.filter(({ replaces, dead }) => replaces || dead > 0) }
}
