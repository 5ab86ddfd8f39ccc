/** A client that is logged in. */
import { Client } from 'pg'
import { ConfigError } from '../../core/errors.ts'
import type { Address } from './address.ts'
import { ConnectionLost, codeOf } from './errors.ts'

/** `onEnd` is told when the connection ends, whoever ends it. */
export async function connect(address: Address, onEnd: (client: Client) => void): Promise<Client> {
  try {
    return await open(address, address.tls, onEnd)
  } catch (error) {
    // As libpq's `prefer`: with TLS if there is any.
    if (address.sslMode !== 'prefer' || !address.tls || codeOf(error) !== undefined) throw error
    return await open(address, undefined, onEnd)
  }
}

async function open(address: Address, tls: Address['tls'], onEnd: (client: Client) => void): Promise<Client> {
  const { host, port, user, password, database, connectTimeout } = address
  const client = new Client({
    host,
    port,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    ssl: tls ?? false,
    application_name: 'sluice',
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  })
  // What happens to an idle connection is met by the next statement.
  client.on('error', () => onEnd(client))
  client.on('end', () => onEnd(client))
  try {
    await client.connect()
  } catch (error) {
    client.end().catch(() => {})
    if (codeOf(error) !== undefined) throw error
    throw await withoutCode(error, address, tls)
  }
  return client
}

/** What the driver says without a code: the server has no TLS, was silent for too long, or hung up. */
async function withoutCode(
  error: unknown,
  { sslMode, host }: Address,
  tls: Address['tls'],
): Promise<unknown> {
  const message = error instanceof Error ? error.message : ''
  const noTls = message === 'The server does not support SSL connections'
  if (!tls || !noTls) return new ConnectionLost(error)
  if (sslMode === 'prefer') return error
  return new ConfigError(`${host} does not speak TLS, and sslmode is ${sslMode}`, {
    cure: 'switch it on in the server, or write sslmode=disable where nobody can listen',
    cause: error,
  })
}
