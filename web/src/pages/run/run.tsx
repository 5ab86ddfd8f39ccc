import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { CircleStop, RotateCw } from 'lucide-react'
import { useMay } from '../../access/use-may.ts'
import { cancelRun, retryRun } from '../../api/runs.ts'
import type { Run as RunType } from '../../api/types.ts'
import { Failure } from '../../ui/failure.tsx'
import { notifyDone, notifyProblem } from '../../ui/notify.ts'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SkeletonRows } from '../../ui/skeleton-rows.tsx'
import { Status } from '../../ui/status.tsx'
import { LogView } from './log-view.tsx'
import { RunFacts } from './run-facts.tsx'
import { TableRuns } from './table-runs.tsx'
import { type RunStream, useRunStream } from './use-run-stream.ts'

/** A run, live until its end. */
export function Run() {
  const { id } = useParams({ from: '/inside/runs/$id' })
  return <Following key={id} id={id} />
}

function Following({ id }: { readonly id: string }) {
  const { run, tables, state, problem, log } = useRunStream(id)
  if (!run)
    return (
      <Page title="Run">
        {problem ? <Failure error={problem} retry={() => window.location.reload()} /> : <SkeletonRows />}
      </Page>
    )
  return (
    <Page
      title={`Run ${id.slice(0, 8)}`}
      above={
        <>
          <Link to="/">Integrations</Link> /{' '}
          <Link to="/integrations/$id" params={{ id: run.integration_id }} className="mono">
            {run.integration}
          </Link>
        </>
      }
      about={
        <>
          <Status status={run.status} pill /> <Live state={state} />
        </>
      }
      actions={<Actions run={run} />}
    >
      <RunFacts run={run} />
      <Panel title="Tables" flush>
        <TableRuns tables={tables} day={run.started_at} />
      </Panel>
      <LogView log={log} run={id} streams={tables.map(({ stream }) => stream)} state={state} />
    </Page>
  )
}

function Live({ state }: Pick<RunStream, 'state'>) {
  if (state === 'lost')
    return <span role="status">The connection is lost; it is taken up again by itself.</span>
  return null
}

function Actions({ run }: { readonly run: RunType }) {
  const may = useMay()
  const navigate = useNavigate()
  const cancel = useMutation({
    mutationFn: () => cancelRun(run.id),
    onSuccess: () => notifyDone('The run stops at its next checkpoint; what is loaded stays'),
    onError: notifyProblem,
  })
  const retry = useMutation({
    mutationFn: () => retryRun(run.id),
    onSuccess: ({ id }) => void navigate({ to: '/runs/$id', params: { id } }),
    onError: notifyProblem,
  })
  if (!may('editor')) return null
  if (run.ended_at === null) {
    return (
      <Button
        variant="default"
        leftSection={<CircleStop size={14} aria-hidden />}
        disabled={run.cancel_requested_at !== null}
        loading={cancel.isPending}
        onClick={() => cancel.mutate()}
      >
        {run.cancel_requested_at ? 'Stopping' : 'Stop'}
      </Button>
    )
  }
  if (run.status === 'succeeded') return null
  return (
    <Button
      leftSection={<RotateCw size={14} aria-hidden />}
      loading={retry.isPending}
      onClick={() => retry.mutate()}
    >
      Run again
    </Button>
  )
}
