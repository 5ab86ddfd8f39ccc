import { SkeletonRows } from '../ui/skeleton-rows.tsx'

/** In place of a page that is still to be loaded. */
export function Pending() {
  return (
    <div style={{ padding: 16 }}>
      <SkeletonRows />
    </div>
  )
}
