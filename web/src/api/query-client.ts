import { QueryCache, QueryClient } from '@tanstack/react-query'
import { Problem } from './problem.ts'

/** What the service says no to is not asked again; what it did not answer is, and as often as it takes. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: signedOut }),
  defaultOptions: {
    queries: {
      staleTime: 1_000,
      networkMode: 'always',
      refetchOnReconnect: 'always',
      retry: (count, error) =>
        !(error instanceof Problem && error.status >= 400 && error.status < 500) && count < 2,
      retryDelay: (count) => Math.min(500 * 2 ** count, 5_000),
    },
    mutations: { networkMode: 'always' },
  },
})

/** A session that ended meanwhile: read again, which leads to the sign-in. */
function signedOut(error: Error): void {
  if (error instanceof Problem && error.status === 401)
    void queryClient.invalidateQueries({ queryKey: ['session'] })
}
