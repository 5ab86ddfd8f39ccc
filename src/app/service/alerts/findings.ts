/** What there is to tell of a run that has ended. */
import type { EndedRun } from '../../../store/alerts/states.ts'
import type { AlertEvent } from '../resources/alert.ts'
import { minute, type Said, said } from './messages.ts'

export interface Finding {
  readonly event: AlertEvent
  /** Tables or fields in which it goes on; '' for the integration. */
  readonly begun: readonly string[]
  /** Where it does not. */
  readonly ended: readonly string[]
  /** Of those that were not known to, and of those that were known to go on, with since when. */
  readonly message: (begun: ReadonlySet<string>, ended: ReadonlyMap<string, Date>) => readonly Said[]
}

export function findingsOf(run: EndedRun): readonly Finding[] {
  // Nobody needs to be told of what somebody asked for.
  if (run.status === 'cancelled') return []
  return [failed(run), unreadable(run), incidents(run), schema(run)]
}

function failed({ integration, status, error, cure }: EndedRun): Finding {
  const isFailed = status === 'failed'
  return {
    event: 'run_failed',
    begun: isFailed ? [''] : [],
    ended: isFailed ? [] : [''],
    message: (begun, ended) => [
      ...[...begun].map(() =>
        said('began', `A run of ${integration} failed`, [
          error ?? 'No reason is known.',
          ...(cure ? [cure] : []),
        ]),
      ),
      ...[...ended.values()].map((since) =>
        said('ended', `Runs of ${integration} succeed again`, [`They had failed since ${minute(since)}.`]),
      ),
    ],
  }
}

function unreadable({ integration, status, error, tables }: EndedRun): Finding {
  // What the run's own end left unread says nothing of its own.
  const own = tables.filter(
    (table) => !(status === 'failed' && table.status === 'failed' && table.reason === error),
  )
  const isWrong = (table: EndedRun['tables'][number]) =>
    table.status === 'no_permission' ||
    table.status === 'failed' ||
    // A product that the account never had is no news.
    (table.status === 'unavailable' && table.readBefore)
  const wrong = own.filter(isWrong)
  return {
    event: 'table_unreadable',
    begun: wrong.map(({ stream }) => stream),
    ended: own.filter(({ status: one }) => one === 'ok').map(({ stream }) => stream),
    message: (begun, ended) => [
      ...(begun.size === 0
        ? []
        : [
            said(
              'began',
              `${tablesOf([...begun])} of ${integration} cannot be read`,
              wrong
                .filter(({ stream }) => begun.has(stream))
                .map(({ stream, status: one, reason }) => `${stream}: ${reason ?? one.replaceAll('_', ' ')}`),
            ),
          ]),
      ...(ended.size === 0
        ? []
        : [said('ended', `${tablesOf([...ended.keys()])} of ${integration} can be read again`)]),
    ],
  }
}

function incidents({ integration, incidents: found }: EndedRun): Finding {
  const told = found.filter(({ kind }) => kind !== 'selection' && kind !== 'unswept')
  const gaps = told.filter(({ kind }) => kind === 'gap').map(({ stream }) => stream)
  const title =
    gaps.length > 0
      ? `${integration}: changes were missed, and read again`
      : `${integration}: a run came upon something`
  const lines = told.map(({ stream, kind, message }) => `${stream}: ${kind.replaceAll('_', ' ')}: ${message}`)
  return {
    event: 'incident',
    begun: [],
    ended: [],
    message: () => (lines.length === 0 ? [] : [said('happened', title, lines)]),
  }
}

function schema({ integration, tables }: EndedRun): Finding {
  const fields = new Map(
    tables.flatMap(({ stream, drift }) =>
      drift.map(({ field, kind, type }) => [
        `${stream}.${field}`,
        kind === 'unknown'
          ? `${stream}.${field} (${type}) is a field that the catalog does not know; it is kept in _extra`
          : `${stream}.${field}: values come as ${type}, which its column cannot hold; they are kept in _extra`,
      ]),
    ),
  )
  const added = tables.flatMap(({ stream, added: columns }) =>
    columns.length === 0 ? [] : [`${stream}: new in the warehouse: ${columns.join(', ')}`],
  )
  return {
    event: 'schema_changed',
    begun: [...fields.keys()],
    ended: [],
    message(begun) {
      const unknown = [...fields].flatMap(([field, line]) => (begun.has(field) ? [line] : []))
      const title = unknown.length > 0 ? 'what Stripe sends has changed' : 'tables have new columns'
      const lines = [...added, ...unknown]
      return lines.length === 0 ? [] : [said('happened', `${integration}: ${title}`, lines)]
    },
  }
}

const tablesOf = (names: readonly string[]) =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more tables`
