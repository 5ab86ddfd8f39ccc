import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { sessionQuery } from '../api/session.ts'
import { Shell } from './shell.tsx'

/** The frame for who is signed in; a session that ends leads to the sign-in, and from there back. */
export function SessionGate() {
  const { data } = useQuery(sessionQuery)
  const navigate = useNavigate()
  const gone = data !== undefined && data.user === null
  useEffect(() => {
    if (gone) void navigate({ to: '/sign-in', search: { next: window.location.pathname } })
  }, [gone, navigate])
  return gone ? null : <Shell />
}
