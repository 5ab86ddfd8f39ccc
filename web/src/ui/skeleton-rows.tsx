import { Skeleton } from '@mantine/core'

/** While rows are read: as much room as they will take, and a word for who can't see it. */
export function SkeletonRows({ rows = 5 }: { readonly rows?: number }) {
  return (
    <div role="status" aria-label="Loading" style={{ padding: 16, display: 'grid', gap: 14 }}>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Skeleton key={index} height={18} width={`${92 - ((index * 13) % 30)}%`} />
      ))}
    </div>
  )
}
