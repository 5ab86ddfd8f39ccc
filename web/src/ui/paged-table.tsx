import { Button } from '@mantine/core'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Listed } from '../api/types.ts'
import { type Column, DataTable } from './data-table.tsx'
import { Empty } from './empty.tsx'
import { Failure } from './failure.tsx'
import classes from './paged-table.module.css'
import { SkeletonRows } from './skeleton-rows.tsx'

interface Props<T> {
  readonly label: string
  readonly of: UseInfiniteQueryResult<InfiniteData<Listed<T>>>
  readonly columns: readonly Column<T>[]
  readonly rowKey: (row: T) => string
  readonly icon: LucideIcon
  /** What is said when there is nothing. */
  readonly none: string
  /** Then, how to get something. */
  readonly about?: string
  /** Then, a button for it. */
  readonly action?: ReactNode
  /** Asks for the next page. */
  readonly more?: string
}

/** A list that comes in pages; the next one is asked for by a button. */
export function PagedTable<T>(props: Props<T>) {
  const { label, of, columns, rowKey, icon, none, about, action, more = 'Earlier ones' } = props
  if (of.isPending) return <SkeletonRows />
  if (of.data === undefined) return <Failure error={of.error} retry={() => void of.refetch()} />
  const rows = of.data.pages.flatMap(({ items }) => items)
  if (rows.length === 0)
    return (
      <Empty icon={icon} title={none} action={action}>
        {about}
      </Empty>
    )
  return (
    <>
      <DataTable label={label} columns={columns} rows={rows} rowKey={rowKey} />
      {of.hasNextPage && (
        <div className={classes.more}>
          <Button variant="default" loading={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
            {more}
          </Button>
        </div>
      )}
    </>
  )
}
