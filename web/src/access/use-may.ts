import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/session.ts'
import type { Role } from '../api/types.ts'

const rank: Readonly<Record<Role, number>> = { viewer: 0, editor: 1, admin: 2 }

/** Tells whether who is signed in has a role or a higher one. The service decides; this only keeps from offering in vain. */
export function useMay(): (role: Role) => boolean {
  const { data } = useQuery(sessionQuery)
  const own = data?.role
  return (role) => own != null && rank[own] >= rank[role]
}
