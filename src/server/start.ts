/** The server of `sluice serve`. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { ServiceContext } from '../app/service/context.ts'
import { openAuth } from '../app/service/people/auth.ts'
import type { PeopleContext } from '../app/service/people/context.ts'
import { type MailOptions, openMailer } from '../app/service/people/mail.ts'
import { ConfigError } from '../core/errors.ts'
import { type AppOptions, serverApp } from './app.ts'

export interface ServerOptions extends AppOptions {
  readonly ctx: ServiceContext
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  readonly mail?: MailOptions | undefined
}

export interface RunningServer extends AsyncDisposable {
  /** `http://127.0.0.1:8080`. */
  readonly url: string
}

/** Milliseconds that requests get to end when the server does. */
const patience = 3_000

/**
 * Listens when it resolves. Disposing it takes no further requests, ends event streams, and waits a little for the
 * other ones. Throws `ConfigError` for an address or a port that cannot be had.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { ctx, host, port, publicUrl, mail } = options
  let url = ''
  const people: PeopleContext = {
    service: ctx,
    auth: await openAuth(ctx, { secure: publicUrl?.startsWith('https:') === true }),
    mailer: mail && openMailer(mail),
    url: () => publicUrl ?? url,
  }
  const closing = new AbortController()
  const app = await serverApp(people, options, closing.signal)
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  await listening(server, host, port)
  const { port: taken } = server.address() as AddressInfo
  url = `http://${host.includes(':') ? `[${host}]` : host}:${taken}`
  return {
    url,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      closing.abort()
      server.close()
      server.closeIdleConnections()
      const late = setTimeout(() => server.closeAllConnections(), patience)
      await closed
      clearTimeout(late)
    },
  }
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      throw new ConfigError(`port ${port} of ${host} is taken`, {
        cure: 'choose another --port',
        cause: error,
      })
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new ConfigError(`${host}:${port} cannot be listened at: ${code}`, {
        cure: 'choose another --host or --port',
        cause: error,
      })
    }
    throw error
  }
}
