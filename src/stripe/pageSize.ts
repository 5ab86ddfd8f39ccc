/** How many objects to ask for at once: 100, less where Stripe keeps failing, and slowly 100 again. */
export interface PageSizes {
  get(endpoint: string): number
  /** The next smaller size. */
  below(size: number): number
  /** A page of this size came; `asked` tells that it was the first size tried for it. */
  succeeded(endpoint: string, size: number): void
}

const sizes = [100, 50, 25, 10, 5, 2, 1] as const
/** So many pages must come at a reduced size before the next bigger one is tried. */
const patience = 20

export function pageSizes(): PageSizes {
  const reduced = new Map<string, { step: number; pages: number }>()
  return {
    get: (endpoint) => sizes[reduced.get(endpoint)?.step ?? 0] ?? sizes[0],
    below: (size) => sizes.find((smaller) => smaller < size) ?? 1,
    succeeded(endpoint, size) {
      const known = reduced.get(endpoint)
      const present = sizes[known?.step ?? 0] ?? sizes[0]
      const step = sizes.findIndex((candidate) => candidate <= size)
      if (size < present && step > 0) {
        reduced.set(endpoint, { step, pages: 0 })
      } else if (known && size === present && ++known.pages >= patience) {
        if (known.step === 1) reduced.delete(endpoint)
        else reduced.set(endpoint, { step: known.step - 1, pages: 0 })
      }
    },
  }
}
