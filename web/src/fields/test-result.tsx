import type { UseMutationResult } from '@tanstack/react-query'
import { told } from '../api/problem.ts'
import type { DestinationTest } from '../api/types.ts'
import { duration } from '../ui/format.ts'
import { Status } from '../ui/status.tsx'
import { TroubleNote } from '../ui/trouble-note.tsx'

type Test = Pick<UseMutationResult<DestinationTest, Error, string>, 'data' | 'error' | 'isPending' | 'isIdle'>

/** How the test of a warehouse went. */
export function TestResult({ test }: { readonly test: Test }) {
  if (test.isIdle) return null
  if (test.isPending) return <Status status="running" label="Testing: connects, makes a table, removes it" />
  if (test.error) return <TroubleNote title={told(test.error)} />
  const result = test.data
  if (!result) return null
  return result.ok ? (
    <div role="status">
      <Status status="ok" label={`It works: a table was made and removed in ${duration(result.seconds)}`} />
    </div>
  ) : (
    <TroubleNote title={result.trouble?.message ?? 'It does not work'} cure={result.trouble?.cure} />
  )
}
