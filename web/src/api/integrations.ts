import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type {
  AccountsPage,
  Integration,
  IntegrationEdit,
  IntegrationInput,
  IntegrationTable,
  Listed,
  Reads,
  Run,
  RunInput,
} from './types.ts'

const root = '/api/v1/integrations'

export const integrationsQuery = queryOptions({
  queryKey: ['integrations'],
  queryFn: ({ signal }) => readAll(signal),
  refetchInterval: 5_000,
})

async function readAll(signal: AbortSignal): Promise<readonly Integration[]> {
  const all: Integration[] = []
  let after: string | null = null
  do {
    const page: Listed<Integration> = await request('GET', root, { query: { limit: 200, after }, signal })
    all.push(...page.items)
    after = page.next
  } while (after !== null)
  return all
}

export function integrationQuery(id: string) {
  return queryOptions({
    queryKey: ['integrations', id],
    queryFn: ({ signal }) => request<Integration>('GET', `${root}/${id}`, { signal }),
    refetchInterval: 3_000,
  })
}

export function integrationTablesQuery(id: string) {
  return queryOptions({
    queryKey: ['integrations', id, 'tables'],
    queryFn: ({ signal }) =>
      request<{ items: IntegrationTable[] }>('GET', `${root}/${id}/tables`, { signal }),
    select: ({ items }) => items,
    refetchInterval: 5_000,
  })
}

export function readsQuery(id: string) {
  return queryOptions({
    queryKey: ['integrations', id, 'reads'],
    queryFn: ({ signal }) => request<Reads>('GET', `${root}/${id}/reads`, { signal }),
    refetchInterval: 30_000,
  })
}

/** Those that are not well first. */
export function accountsQuery(id: string, filter: { readonly q: string; readonly status: string | null }) {
  return infiniteQueryOptions({
    queryKey: ['integrations', id, 'accounts', filter],
    queryFn: ({ pageParam, signal }) =>
      request<AccountsPage>('GET', `${root}/${id}/accounts`, {
        query: { ...filter, after: pageParam, limit: 100 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 10_000,
  })
}

export function integrationRunsQuery(id: string) {
  return queryOptions({
    queryKey: ['integrations', id, 'runs'],
    queryFn: ({ signal }) =>
      request<Listed<Run>>('GET', `${root}/${id}/runs`, { query: { limit: 100 }, signal }),
    select: ({ items }) => items,
    refetchInterval: 4_000,
  })
}

export function createIntegration(input: IntegrationInput): Promise<Integration> {
  return request('POST', root, { body: input })
}

export function editIntegration(id: string, edit: IntegrationEdit): Promise<Integration> {
  return request('PATCH', `${root}/${id}`, { body: edit })
}

export function pauseIntegration(id: string): Promise<Integration> {
  return request('POST', `${root}/${id}/pause`)
}

export function activateIntegration(id: string): Promise<Integration> {
  return request('POST', `${root}/${id}/activate`)
}

/** The tables in the warehouse stay unless they are to be dropped, too. */
export function deleteIntegration(id: string, dropTables: boolean): Promise<void> {
  return request('DELETE', `${root}/${id}`, { query: { drop_tables: dropTables } })
}

export function startRun(id: string, input: RunInput): Promise<Run> {
  return request('POST', `${root}/${id}/runs`, { body: input })
}
