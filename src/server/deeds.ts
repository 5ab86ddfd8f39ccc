/** What of the API is written into the audit log: every operation that changes something or shows customers' data. */
import type { MiddlewareHandler } from 'hono'
import { audit } from '../app/service/people/audit.ts'
import type { PeopleContext } from '../app/service/people/context.ts'
import { asDeed, type Tell } from '../app/service/people/deed.ts'
import type { Env } from './declare.ts'
import type { OperationOf } from './operations.ts'
import { visitOf } from './visit.ts'

interface Kind {
  readonly action: string
  readonly object: string
}

const deed = (action: string): Kind => ({ action, object: action.split('.')[0] ?? '' })

/** By operation. Coming in (`user.sign_in`, `user.sign_up`, …) is written by the use cases themselves. */
export const deeds: Readonly<Record<string, Kind>> = {
  editMe: deed('user.edit'),
  changePassword: deed('user.password_change'),
  endSession: deed('session.end'),
  createToken: deed('token.create'),
  revokeToken: deed('token.revoke'),
  createDestination: deed('destination.create'),
  editDestination: deed('destination.edit'),
  deleteDestination: deed('destination.delete'),
  testAddress: deed('destination.test'),
  testDestination: deed('destination.test'),
  checkSource: deed('source.check'),
  estimateRows: deed('source.estimate'),
  createIntegration: deed('integration.create'),
  editIntegration: deed('integration.edit'),
  deleteIntegration: deed('integration.delete'),
  pauseIntegration: deed('integration.pause'),
  activateIntegration: deed('integration.activate'),
  previewTable: deed('integration.preview'),
  startRun: deed('run.start'),
  cancelRun: deed('run.cancel'),
  retryRun: deed('run.retry'),
  startVerification: deed('verification.start'),
  cancelVerification: deed('verification.cancel'),
  query: deed('query.ask'),
  queryCsv: deed('query.download'),
  startOauth: deed('source.connect'),
  setWebhook: deed('webhook.set'),
  removeWebhook: deed('webhook.remove'),
  createWebhookEndpoint: deed('webhook.create'),
  createAlertChannel: deed('alert_channel.create'),
  editAlertChannel: deed('alert_channel.edit'),
  deleteAlertChannel: deed('alert_channel.delete'),
  testAlertChannel: deed('alert_channel.test'),
  createAlertRule: deed('alert_rule.create'),
  editAlertRule: deed('alert_rule.edit'),
  deleteAlertRule: deed('alert_rule.delete'),
  editUser: deed('user.edit'),
  endSessionsOfUser: deed('user.end_sessions'),
  invite: deed('invitation.create'),
  revokeInvitation: deed('invitation.revoke'),
  setRetention: deed('system.retention'),
}

/** Operations that change something and are not written here. */
export const untold: ReadonlySet<string> = new Set([
  'signIn',
  'signOut',
  'signUp',
  'showInvitation',
  'forgotPassword',
  'resetPassword',
])

/** Fields of a request whose value may be told; of others, only that they were there. */
const plain = new Set([
  'name',
  'description',
  'email',
  'role',
  'active',
  'scope',
  'expires_in_days',
  'schedule',
  'history',
  'destination_id',
  'tables',
  'full_refresh',
  'repair',
  'max_requests',
  'sql',
  'limit',
  'log_days',
  'run_days',
])
/** Characters of a value. */
const longest = 1_000

/**
 * The transaction that does it writes it (people/deed.ts), so that nothing is done untold, whenever the process dies.
 * What changes nothing in the store, as a query does, is written when it was done, before it is answered.
 */
export function deedsOf(people: PeopleContext, operationOf: OperationOf): MiddlewareHandler<Env> {
  return async (c, next) => {
    const kind = deeds[operationOf(c) ?? '']
    if (!kind) return next()
    const given = jsonIn(await c.req.text())
    const tell: Tell = (sql, { id = c.req.param('id'), name }) =>
      audit(sql, c.get('actor'), {
        action: kind.action,
        object: { kind: kind.object, id, name },
        details: { ...c.req.query(), ...told(given) },
        ip: visitOf(c).ip,
      })
    const done = await asDeed(tell, next)
    if (done.told || !c.res.ok || c.res.headers.has('idempotency-replayed')) return
    await tell(people.service.pool, {})
  }
}

/** Operations without a body take any: what is none of theirs was not looked at. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

function told(given: unknown): Record<string, unknown> {
  if (typeof given !== 'object' || given === null) return {}
  const entries = Object.entries(given)
  const values = entries
    .filter(([field]) => plain.has(field))
    .map(([field, value]) => [field, typeof value === 'string' ? value.slice(0, longest) : value])
  const others = entries.map(([field]) => field).filter((field) => !plain.has(field))
  return { ...Object.fromEntries(values), ...(others.length > 0 ? { fields: others } : {}) }
}
