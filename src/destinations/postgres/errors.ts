/** PostgreSQL's errors, by SQLSTATE and the system's codes, as the user's, the world's or ours. */
import { ConfigError, FenceError, TransientError } from '../../core/errors.ts'
import { quoted } from '../naming.ts'
import type { Address } from './address.ts'

/** The five characters of the manual's "Error Codes", Node's code of a system error, or OpenSSL's of a certificate. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { readonly code?: unknown }).code : undefined
  return typeof code === 'string' ? code : undefined
}

/** The connection was lost, or never made; the driver has no code for some of these cases. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : 'the connection was closed', { cause })
    this.name = 'ConnectionLost'
  }
}

const passing = new Set([
  '40001', // serialization failure
  '40P01', // deadlock
  '53200', // out of memory
  '53300', // too many connections
  '53400', // a limit of the configuration
  '55P03', // a lock was not to be had in time
  '57014', // cancelled: a statement timeout of the role, or a person
  '57P01', // the server is going down
  '57P02',
  '57P03', // or coming up
  '57P05',
  '25P03', // the transaction was idle for too long
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
])

/** Whether the same may work in a moment: the work is rolled back or its outcome is asked for again. */
export function mayPass(error: unknown): boolean {
  const code = codeOf(error) ?? ''
  return error instanceof ConnectionLost || passing.has(code) || code.startsWith('08')
}

const certificates = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
])

/** The error to throw for one that came while the warehouse was used. */
export function explained(error: unknown, address: Address): unknown {
  if (error instanceof ConfigError || error instanceof TransientError || error instanceof FenceError)
    return error
  const code = codeOf(error)
  const said = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)
  const { shown, user = 'this user', database = 'the database', host, port } = address
  const because = (message: string, cure: string) => new ConfigError(message, { cure, cause: error })
  if (code !== undefined && certificates.has(code)) {
    return because(
      `${host}: its certificate is not signed by an authority that is known here (${code})`,
      "name the provider's root certificate with sslrootcert=./ca.pem in the address",
    )
  }
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return because(
        `${host}: its certificate is for another name`,
        'write the name that the certificate has, or sslmode=verify-ca',
      )
    case 'CERT_HAS_EXPIRED':
      return because(`${host}: its certificate has expired`, 'renew it on the server')
    case 'ENOTFOUND':
      return because(`there is no host ${host}`, 'correct the host in the address')
    case '28P01':
    case '28000':
      return because(
        `${host} does not let ${user} in: ${said}`,
        'correct the name and the password in the address',
      )
    case '3D000':
      return because(
        `there is no database ${database} on ${host}`,
        `create it: create database ${quoted(database)} encoding 'UTF8' template template0`,
      )
    case '42501':
      return because(`${user} may not do what is needed: ${said}`, grants(address))
    case '42704':
      return because(said, 'create that role, or leave reader out of the address')
    case '2BP01':
      return because(
        `something else depends on what is to be dropped: ${detailOf(error) ?? said}`,
        'drop that first (a view of these tables, most often), or let it do without them',
      )
    case '25006':
      return because(
        `${host} is read-only at the moment: ${said}`,
        'name the primary server; a provider also makes a database read-only when its disk is full',
      )
    case '54011':
      return new ConfigError(said, {
        cure: 'select fewer fields',
        option: '--fields, --exclude-fields',
        cause: error,
      })
    case '53100':
      return new TransientError(`no space left on ${host}`, {
        cure: 'make room and run again; everything loaded until now is safe',
        cause: error,
      })
  }
  if (mayPass(error)) {
    const where = `PostgreSQL at ${host.startsWith('/') ? host : `${host}:${port}`}`
    // Of the network the driver says no more than its code and the address.
    const what = code?.startsWith('E') ? 'cannot be reached' : said
    return new TransientError(`${where}: ${what}${code ? ` (${code})` : ''}`, {
      cure:
        cures[code ?? ''] ??
        'see whether the server runs and can be reached from here; the next run carries on',
      cause: error,
    })
  }
  return code === undefined ? error : new Error(`PostgreSQL at ${shown}: ${said} (${code})`, { cause: error })
}

/** Where PostgreSQL names the objects; one line. */
function detailOf(error: unknown): string | undefined {
  const detail = (error as { readonly detail?: unknown }).detail
  return typeof detail === 'string' ? detail.replaceAll('\n', '; ') : undefined
}

const cures: Readonly<Record<string, string>> = {
  '53300': 'raise max_connections, close other connections, or go through a pooler such as PgBouncer',
  '55P03': 'another program locks these tables: end it (see pg_stat_activity); the next run carries on',
  '57014': 'raise the statement_timeout of the role: alter role … set statement_timeout = 0',
}

/** The SQL that gives what a sync needs. */
export function grants({ user = 'sluice', database = 'postgres' }: Address): string {
  return `have an owner run: grant create, temporary on database ${quoted(database)} to ${quoted(user)}`
}

/** For messages that name a schema that must be given. */
export function schemaGrant({ user = 'sluice' }: Address, schema: string): string {
  return `have an owner run: alter schema ${quoted(schema)} owner to ${quoted(user)}`
}
