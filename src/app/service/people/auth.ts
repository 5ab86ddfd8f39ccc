/** Passwords and sessions: better-auth's, on the tables of the store. It serves no routes; ours ask it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { PostgresDialect } from 'kysely'
import { userById } from '../../../store/people/users.ts'
import { readSetting, writeSetting } from '../../../store/settings.ts'
import type { ServiceContext } from '../context.ts'
import type { Visit } from './actor.ts'
import { audit } from './audit.ts'

/** Seconds. */
const sessionLasts = 14 * 86_400
const sessionIsTouched = 3_600

/** Who has a session, and its cookies. */
export interface Opened {
  readonly user: string
  readonly cookies: readonly string[]
}

export interface Auth {
  /**
   * Undefined when the address or the password is wrong. Throws `Refused` for somebody who may not come in. The session is
   * in the audit log before it is there.
   */
  signIn(email: string, password: string, visit: Visit): Promise<Opened | undefined>
  /** The cookies that end it, whether there was a session or not. */
  signOut(visit: Visit): Promise<readonly string[]>
  session(visit: Visit): Promise<{ readonly id: string; readonly user: string } | undefined>
  hash(password: string): Promise<string>
  verify(hash: string, password: string): Promise<boolean>
}

/** The password is right, and the user is not active. */
export class Refused extends Error {}

/** `secure`: people reach the service by https. Throws `ConfigError` when the key of the cookies cannot be read. */
export async function openAuth(ctx: ServiceContext, { secure }: { readonly secure: boolean }): Promise<Auth> {
  const entering = new AsyncLocalStorage<Visit>()
  const auth = betterAuth({
    appName: 'Sluice',
    // Nothing that it would put into links is used; ours are made in links.ts.
    baseURL: secure ? 'https://sluice.invalid' : 'http://sluice.invalid',
    secret: await cookieKey(ctx),
    database: { dialect: new PostgresDialect({ pool: ctx.pool }), type: 'postgres', schemaName: 'sluice' },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 1, maxPasswordLength: 200 },
    user: {
      modelName: 'users',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      additionalFields: { role: { type: 'string', input: false }, active: { type: 'boolean', input: false } },
    },
    session: {
      modelName: 'sessions',
      expiresIn: sessionLasts,
      updateAge: sessionIsTouched,
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    account: {
      modelName: 'logins',
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'verifications',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    advanced: {
      cookiePrefix: 'sluice',
      useSecureCookies: secure,
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true, path: '/' },
      database: { generateId: ctx.newId },
      ipAddress: { ipAddressHeaders: [ipHeader] },
    },
    databaseHooks: {
      session: {
        create: {
          before: async ({ userId }) => {
            const user = await userById(ctx.pool, userId)
            if (user?.active !== true) throw new Refused()
            // The session is made by a transaction of the library: what could not be told is not done.
            await audit(ctx.pool, user.email, {
              action: 'user.sign_in',
              object: { kind: 'user', id: user.id, name: user.email },
              ip: entering.getStore()?.ip,
            })
          },
        },
      },
    },
    // What it would say of wrong passwords is in the audit log.
    logger: { disabled: true },
    telemetry: { enabled: false },
    // Ours counts them for all processes (attempts.ts).
    rateLimit: { enabled: false },
  })
  const inner = await auth.$context

  return {
    async signIn(email, password, visit) {
      try {
        const { headers, response } = await entering.run(visit, () =>
          auth.api.signInEmail({
            body: { email, password },
            headers: headersOf(visit),
            returnHeaders: true,
          }),
        )
        return { user: response.user.id, cookies: headers.getSetCookie() }
      } catch (error) {
        if (error instanceof APIError && [400, 401].includes(error.statusCode)) return undefined
        throw error
      }
    },
    async signOut(visit) {
      const { headers } = await auth.api.signOut({ headers: headersOf(visit), returnHeaders: true })
      return headers.getSetCookie()
    },
    async session(visit) {
      if (visit.cookie === null) return undefined
      const found = await auth.api.getSession({ headers: headersOf(visit) })
      return found ? { id: found.session.id, user: found.user.id } : undefined
    },
    hash: (password) => inner.password.hash(password),
    verify: (hash, password) => inner.password.verify({ hash, password }),
  }
}

const ipHeader = 'x-sluice-ip'

/** What the library is to know of a request, and no header that its sender could have made up. */
function headersOf({ cookie, ip, userAgent }: Visit): Headers {
  const headers = new Headers({ [ipHeader]: ip })
  if (cookie !== null) headers.set('cookie', cookie)
  if (userAgent !== null) headers.set('user-agent', userAgent.slice(0, 500))
  return headers
}

/** What cookies are signed with: made once, sealed in the vault, the same for all processes. */
async function cookieKey({ pool, vault }: ServiceContext): Promise<string> {
  const known = await readSetting(pool, 'cookie_key')
  if (typeof known === 'string') return vault.get(pool, known)
  const made = await vault.put(pool, randomBytes(32).toString('base64url'))
  const kept = await writeSetting(pool, 'cookie_key', made, { keep: true })
  return vault.get(pool, String(kept))
}
