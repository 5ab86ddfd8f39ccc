/** How a list comes page by page: each says where the next one begins. */
export const byPages = {
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }: { readonly next: string | null }) => next,
}
