import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { byPages } from './pages.ts'
import { request } from './request.ts'
import type {
  Integration,
  IntegrationAccount,
  IntegrationEdit,
  IntegrationInput,
  Run,
  RunInput,
} from './types.ts'

export interface Wanted {
  readonly q: string
  readonly status?: Integration['status'] | undefined
  readonly troubled?: boolean | undefined
  readonly order: 'name' | 'status' | 'fresh' | 'rows' | 'next'
  readonly direction: 'up' | 'down'
}

/** Page by page, as it is scrolled; what has come is asked again, the less often the more it is. */
export function integrationsQuery(wanted: Wanted) {
  return infiniteQueryOptions({
    queryKey: ['integrations', 'list', wanted],
    queryFn: ({ pageParam, signal }) =>
      request('GET /api/v1/integrations', {
        query: { ...wanted, after: pageParam, limit: 60 },
        signal,
      }),
    ...byPages,
    refetchInterval: ({ state }) => 5_000 * Math.max(1, state.data?.pages.length ?? 1),
    placeholderData: (before) => before,
  })
}

/** The first whose name has the text, to choose from. */
export function integrationNamesQuery(q: string) {
  return queryOptions({
    queryKey: ['integrations', 'names', q],
    queryFn: ({ signal }) =>
      request('GET /api/v1/integrations', { query: { q, order: 'name', limit: 50 }, signal }),
    select: ({ items }) => items,
    placeholderData: (before) => before,
  })
}

export function integrationQuery(id: string) {
  return queryOptions({
    queryKey: ['integrations', id],
    queryFn: ({ signal }) => request('GET /api/v1/integrations/{id}', { path: { id }, signal }),
    refetchInterval: 3_000,
  })
}

export function integrationTablesQuery(id: string) {
  return queryOptions({
    queryKey: ['integrations', id, 'tables'],
    queryFn: ({ signal }) => request('GET /api/v1/integrations/{id}/tables', { path: { id }, signal }),
    select: ({ items }) => items,
    refetchInterval: 5_000,
  })
}

export function readsQuery(id: string) {
  return queryOptions({
    queryKey: ['integrations', id, 'reads'],
    queryFn: ({ signal }) => request('GET /api/v1/integrations/{id}/reads', { path: { id }, signal }),
    refetchInterval: 30_000,
  })
}

export function freshnessQuery(id: string) {
  return queryOptions({
    queryKey: ['integrations', id, 'freshness'],
    queryFn: ({ signal }) => request('GET /api/v1/integrations/{id}/freshness', { path: { id }, signal }),
    refetchInterval: 15_000,
  })
}

export function schemaChangesQuery(id: string) {
  return queryOptions({
    queryKey: ['integrations', id, 'schema-changes'],
    queryFn: ({ signal }) =>
      request('GET /api/v1/integrations/{id}/schema-changes', { path: { id }, signal }),
    select: ({ items }) => items,
  })
}

/** Those that are not well first. */
export function accountsQuery(
  id: string,
  filter: { readonly q: string; readonly status: IntegrationAccount['status'] | null },
) {
  return infiniteQueryOptions({
    queryKey: ['integrations', id, 'accounts', filter],
    queryFn: ({ pageParam, signal }) =>
      request('GET /api/v1/integrations/{id}/accounts', {
        path: { id },
        query: { ...filter, after: pageParam, limit: 100 },
        signal,
      }),
    ...byPages,
    refetchInterval: 10_000,
  })
}

/** Newest first. */
export function integrationRunsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['integrations', id, 'runs'],
    queryFn: ({ pageParam, signal }) =>
      request('GET /api/v1/integrations/{id}/runs', {
        path: { id },
        query: { after: pageParam, limit: 100 },
        signal,
      }),
    ...byPages,
    refetchInterval: ({ state }) => 4_000 * Math.max(1, state.data?.pages.length ?? 1),
  })
}

/** It is verified by hand at first. */
export function createIntegration(input: Omit<IntegrationInput, 'verify'>): Promise<Integration> {
  return request('POST /api/v1/integrations', { body: input, repeat: true })
}

export function editIntegration(id: string, edit: IntegrationEdit): Promise<Integration> {
  return request('PATCH /api/v1/integrations/{id}', { path: { id }, body: edit })
}

export function pauseIntegration(id: string): Promise<Integration> {
  return request('POST /api/v1/integrations/{id}/pause', { path: { id } })
}

export function activateIntegration(id: string): Promise<Integration> {
  return request('POST /api/v1/integrations/{id}/activate', { path: { id } })
}

/** The tables in the warehouse stay unless they are to be dropped, too. */
export function deleteIntegration(id: string, dropTables: boolean): Promise<void> {
  return request('DELETE /api/v1/integrations/{id}', { path: { id }, query: { drop_tables: dropTables } })
}

export function startRun(id: string, input: RunInput): Promise<Run> {
  return request('POST /api/v1/integrations/{id}/runs', { path: { id }, body: input, repeat: true })
}
