/** Tables whose files cannot be put together: nothing is lost by it, but reading gets slower with each file. */
import type { OpenOptions } from '../../core/model.ts'

/** Every failure is told once; a pile that grows is an incident of the run, once for each table. `many` as of `Tidiness`. */
export function piles(report: OpenOptions['report'], many: number) {
  const told = new Map<string, string>()
  const piled = new Set<string>()
  /** `files` is how many the table has that loads brought. */
  return (table: string, files: number, error: unknown): void => {
    const { message, cure } = error as Error & { readonly cure?: string }
    const why = cure === undefined ? message : `${message}; ${cure}`
    if (told.get(table) !== message) {
      told.set(table, message)
      const what = `files of ${table} were not put together: ${why}`
      report({ type: 'log', level: 'warn', message: what })
    }
    // Where one attempt failed the next load's may work: it is a pile when as many came again.
    if (files < 2 * many || piled.has(table)) return
    piled.add(table)
    report({
      type: 'incident',
      incident: {
        stream: table,
        kind: 'scattered',
        message: `${files} files of loads are not put together, and reading gets slower with each: ${why}`,
      },
    })
  }
}
