import { Link } from '@tanstack/react-router'
import type { Verification } from '../../api/types.ts'
import type { Column } from '../../ui/data-table.tsx'
import { counted, duration, exact } from '../../ui/format.ts'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { secondsOf } from '../run/seconds-of.ts'

/** Of the verifications of an integration. */
export const verificationColumns: readonly Column<Verification>[] = [
  {
    name: 'id',
    title: 'Verification',
    cell: ({ id }) => (
      <Link to="/verifications/$id" params={{ id }} className="mono">
        {id.slice(0, 8)}
      </Link>
    ),
  },
  { name: 'status', title: 'Result', cell: ({ status }) => <Status status={status} /> },
  { name: 'started', title: 'Started', cell: ({ started_at }) => <Time at={started_at} none="not yet" /> },
  { name: 'taken', title: 'Time taken', right: true, cell: (one) => takenBy(one) },
  {
    name: 'trigger',
    title: 'Started by',
    cell: ({ trigger }) => (trigger === 'person' ? 'Hand' : 'Schedule'),
  },
  { name: 'tables', title: 'Tables', cell: ({ tables_asked: asked }) => (asked ? tablesText(asked) : 'All') },
  {
    name: 'rows',
    title: 'Rows compared',
    right: true,
    cell: ({ found }) => (found ? exact(found.rows) : '–'),
  },
  { name: 'wrong', title: 'Different', right: true, cell: ({ found }) => (found ? wrongIn(found) : '–') },
  { name: 'repaired', title: 'Repaired', right: true, cell: (one) => repairedBy(one) },
  { name: 'requests', title: 'Requests', right: true, cell: ({ requests }) => exact(requests) },
]

function takenBy(one: Verification): string {
  const seconds = secondsOf(one)
  return seconds === null ? '–' : duration(seconds)
}

const tablesText = (names: readonly string[]) =>
  names.length <= 2 ? names.join(', ') : counted(names.length, 'table')

const wrongIn = ({ missing, extra, stale }: NonNullable<Verification['found']>) =>
  exact(missing + extra + stale)

const repairedBy = ({ repair, found }: Verification) => (repair && found ? exact(found.repaired) : '–')
