import type { Run } from '../../api/types.ts'
import { Facts } from '../../ui/facts.tsx'
import { duration, exact } from '../../ui/format.ts'
import { Time } from '../../ui/time.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { RunNote } from './run-note.tsx'
import { secondsOf } from './seconds-of.ts'

/** A run's figures, and above them what went wrong. */
export function RunFacts({ run }: { readonly run: Run }) {
  const seconds = secondsOf(run)
  return (
    <>
      <RunNote run={run} />
      {run.incidents.map(({ stream, kind, message }) => (
        <TroubleNote key={`${stream} ${kind} ${message}`} tone="warn" title={`${stream}: ${message}`} />
      ))}
      <Facts
        facts={[
          ['Started', <Time key="s" at={run.started_at} none="not yet" />],
          ['Time taken', seconds === null ? '–' : duration(seconds)],
          ['Rows', exact(run.rows)],
          ['Deleted', exact(run.deleted)],
          ['Requests', exact(run.requests)],
          ['Rate limited', run.rate_limited === 0 ? 'never' : `${exact(run.rate_limited)} times`],
        ]}
      />
    </>
  )
}
