import type { QueryObserverResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failure } from './failure.tsx'
import { SkeletonRows } from './skeleton-rows.tsx'

interface Props<T> {
  readonly of: Pick<QueryObserverResult<T>, 'data' | 'error' | 'isError' | 'refetch'>
  readonly loading?: ReactNode
  readonly children: (value: T) => ReactNode
}

/** What a query answered, or how it stands: being read, failed. What was read before stays while it is asked again. */
export function Loaded<T>({ of, loading, children }: Props<T>) {
  if (of.data !== undefined) return children(of.data)
  if (of.isError) return <Failure error={of.error} retry={() => void of.refetch()} />
  return loading ?? <SkeletonRows />
}
