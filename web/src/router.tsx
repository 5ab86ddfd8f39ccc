import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router'
import { backToConnectAgain } from './api/oauth.ts'
import { queryClient } from './api/query-client.ts'
import { sessionQuery } from './api/session.ts'
import { isStep, type Step } from './pages/wizard/steps.ts'
import { page } from './shell/lazy-page.ts'
import { NotFound } from './shell/not-found.tsx'
import { Pending } from './shell/pending.tsx'
import { SessionGate } from './shell/session-gate.tsx'
import { Failure } from './ui/failure.tsx'

const root = createRootRoute({ notFoundComponent: NotFound })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: page(() => import('./pages/sign-in/sign-in.tsx'), 'SignIn'),
  validateSearch: (search): { next?: string } =>
    typeof search.next === 'string' && /^\/(?![/\\])/.test(search.next) ? { next: search.next } : {},
  beforeLoad: async () => {
    const session = await queryClient.ensureQueryData(sessionQuery)
    if (session.first) throw redirect({ to: '/sign-up' })
    if (session.user) throw redirect({ to: '/' })
  },
})

const signUp = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  component: page(() => import('./pages/sign-in/sign-up.tsx'), 'SignUp'),
  validateSearch: (search): { invitation?: string } =>
    typeof search.invitation === 'string' ? { invitation: search.invitation } : {},
  beforeLoad: async ({ search }) => {
    const session = await queryClient.ensureQueryData(sessionQuery)
    if (!session.first && !(search.invitation && !session.user)) {
      throw redirect({ to: session.user ? '/' : '/sign-in' })
    }
  },
})

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: page(() => import('./pages/sign-in/reset-password.tsx'), 'ResetPassword'),
  validateSearch: (search): { token?: string } =>
    typeof search.token === 'string' ? { token: search.token } : {},
})

const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: page(() => import('./pages/sign-in/forgot-password.tsx'), 'ForgotPassword'),
})

/** All that is behind it is for who is signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: SessionGate,
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery)
    if (session.first) throw redirect({ to: '/sign-up' })
    if (!session.user) throw redirect({ to: '/sign-in', search: { next: location.href } })
  },
})

const within = { getParentRoute: () => inside }

const integrations = createRoute({
  ...within,
  path: '/',
  component: page(() => import('./pages/integrations/integrations.tsx'), 'Integrations'),
})

/** What Stripe's page leads back with. */
interface WayBack {
  readonly grant?: string
  readonly problem?: string
  readonly cure?: string
}

const wayBackOf = ({ grant, problem, cure }: Record<string, unknown>): WayBack => ({
  ...(typeof grant === 'string' ? { grant } : {}),
  ...(typeof problem === 'string' ? { problem } : {}),
  ...(typeof cure === 'string' ? { cure } : {}),
})

const wizard = createRoute({
  ...within,
  path: '/integrations/new',
  component: page(() => import('./pages/wizard/wizard.tsx'), 'Wizard'),
  validateSearch: (search): WayBack & { step?: Step } => ({
    ...(isStep(search.step) ? { step: search.step } : {}),
    ...wayBackOf(search),
  }),
  beforeLoad({ search: { step: _, ...back } }) {
    if (back.grant === undefined && back.problem === undefined) return
    const id = backToConnectAgain()
    if (id !== null) throw redirect({ to: '/integrations/$id/settings', params: { id }, search: back })
  },
})

const integration = createRoute({
  ...within,
  path: '/integrations/$id',
  component: page(() => import('./pages/integration/integration-frame.tsx'), 'IntegrationFrame'),
})

const part = { getParentRoute: () => integration }

const parts = [
  createRoute({
    ...part,
    path: '/',
    component: page(() => import('./pages/integration/overview.tsx'), 'Overview'),
  }),
  createRoute({
    ...part,
    path: '/tables',
    component: page(() => import('./pages/integration/tables.tsx'), 'Tables'),
  }),
  createRoute({
    ...part,
    path: '/accounts',
    component: page(() => import('./pages/integration/accounts.tsx'), 'Accounts'),
  }),
  createRoute({
    ...part,
    path: '/schema',
    component: page(() => import('./pages/integration/schema.tsx'), 'Schema'),
  }),
  createRoute({
    ...part,
    path: '/verify',
    component: page(() => import('./pages/integration/verify.tsx'), 'Verify'),
  }),
  createRoute({
    ...part,
    path: '/runs',
    component: page(() => import('./pages/integration/runs.tsx'), 'Runs'),
  }),
  createRoute({
    ...part,
    path: '/logs',
    component: page(() => import('./pages/integration/logs.tsx'), 'Logs'),
  }),
  createRoute({
    ...part,
    path: '/data',
    component: page(() => import('./pages/integration/data.tsx'), 'Data'),
  }),
  createRoute({
    ...part,
    path: '/settings',
    component: page(() => import('./pages/integration/settings.tsx'), 'Settings'),
    validateSearch: wayBackOf,
  }),
] as const

const run = createRoute({
  ...within,
  path: '/runs/$id',
  component: page(() => import('./pages/run/run.tsx'), 'Run'),
})

const verification = createRoute({
  ...within,
  path: '/verifications/$id',
  component: page(() => import('./pages/verification/verification.tsx'), 'Verification'),
})

const others = [
  createRoute({
    ...within,
    path: '/profile',
    component: page(() => import('./pages/profile/profile.tsx'), 'Profile'),
  }),
  createRoute({
    ...within,
    path: '/warehouses',
    component: page(() => import('./pages/warehouses/warehouses.tsx'), 'Warehouses'),
  }),
  createRoute({
    ...within,
    path: '/alerts',
    component: page(() => import('./pages/alerts/alerts.tsx'), 'Alerts'),
  }),
  createRoute({
    ...within,
    path: '/users',
    component: page(() => import('./pages/users/users.tsx'), 'UsersPage'),
  }),
  createRoute({
    ...within,
    path: '/tokens',
    component: page(() => import('./pages/tokens/tokens.tsx'), 'Tokens'),
  }),
  createRoute({
    ...within,
    path: '/audit',
    component: page(() => import('./pages/audit/audit.tsx'), 'Audit'),
  }),
  createRoute({
    ...within,
    path: '/system',
    component: page(() => import('./pages/system/system.tsx'), 'System'),
  }),
] as const

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    signUp,
    reset,
    forgot,
    inside.addChildren([integrations, wizard, integration.addChildren(parts), run, verification, ...others]),
  ]),
  defaultPreload: 'intent',
  defaultPendingComponent: Pending,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error} retry={reset} />,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
