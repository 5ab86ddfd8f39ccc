/** What runs say of themselves, line by line. */
import type { Sql } from './database.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

export interface NewLogLine {
  readonly at: Date
  readonly level: LogLevel
  readonly stream: string | null
  readonly message: string
}

export interface LogRow extends NewLogLine {
  readonly id: number
  readonly attempt: number
}

export interface LogFilter {
  readonly after?: number | undefined
  /** This level and graver ones. */
  readonly level?: LogLevel | undefined
  readonly stream?: string | undefined
  readonly text?: string | undefined
  readonly limit: number
}

/** Oldest first. */
export async function runLogs(sql: Sql, run: string, filter: LogFilter): Promise<readonly LogRow[]> {
  const { rows } = await sql.query<LogRow>(
    `select id, attempt, at, level, stream, message from sluice.run_logs
     where run_id = $1 and id > $2 and level = any ($3)
       and ($4::text is null or stream = $4)
       and ($5::text is null or strpos(lower(message), lower($5)) > 0)
     order by id limit $6`,
    [
      run,
      filter.after ?? 0,
      levels.slice(levels.indexOf(filter.level ?? 'debug')),
      filter.stream ?? null,
      filter.text ?? null,
      filter.limit,
    ],
  )
  return rows
}

export async function insertRunLogs(
  sql: Sql,
  run: string,
  attempt: number,
  lines: readonly NewLogLine[],
): Promise<void> {
  if (lines.length === 0) return
  await sql.query(
    `insert into sluice.run_logs (run_id, attempt, at, level, stream, message)
     select $1, $2, at, level, stream, message
     from unnest($3::timestamptz[], $4::text[], $5::text[], $6::text[]) n (at, level, stream, message)`,
    [
      run,
      attempt,
      lines.map(({ at }) => at),
      lines.map(({ level }) => level),
      lines.map(({ stream }) => stream),
      lines.map(({ message }) => message),
    ],
  )
}
