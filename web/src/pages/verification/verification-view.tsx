import type { VerificationDetail } from '../../api/types.ts'
import { Facts } from '../../ui/facts.tsx'
import { counted, duration, exact } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { Time } from '../../ui/time.tsx'
import { secondsOf } from '../run/seconds-of.ts'
import { Accounts } from './accounts.tsx'
import { Findings } from './findings.tsx'
import { Progress } from './progress.tsx'
import { Verdict } from './verdict.tsx'
import { VerifiedTables } from './verified-tables.tsx'

/** All there is to see of a verification, whether it goes on or has ended. */
export function VerificationView({ one }: { readonly one: VerificationDetail }) {
  const { report, tables_asked: asked, max_requests: most } = one
  const seconds = secondsOf(one)
  const rows = one.found?.rows ?? one.progress.reduce((sum, table) => sum + table.rows, 0)
  return (
    <>
      <Verdict one={one} />
      <Facts
        facts={[
          ['Started', <Time key="s" at={one.started_at} none="not yet" />],
          ['Time taken', seconds === null ? '–' : duration(seconds)],
          ['Tables', asked ? counted(asked.length, 'chosen one') : 'all'],
          ['Rows compared', exact(rows)],
          ['Requests', `${exact(one.requests)}${most === null ? '' : ` of ${exact(most)}`}`],
          ['Repair', one.repair ? counted(one.found?.repaired ?? 0, 'row') : 'no'],
        ]}
      />
      {one.progress.length > 0 && (
        <Panel title="How far it is" flush>
          <Progress tables={one.progress} />
        </Panel>
      )}
      {report && (
        <>
          <Panel title="Tables" about="Row by row, every column" flush>
            <VerifiedTables tables={report.tables} />
          </Panel>
          <Findings tables={report.tables} repair={one.repair} />
          {report.accounts && <Accounts accounts={report.accounts} />}
        </>
      )}
    </>
  )
}
