/** A wire between a client and a PostgreSQL server that breaks when told. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** When a connection breaks: before a statement reaches the server, or once it was carried out and not yet answered. */
export interface Fault {
  /** A text that the statement contains. */
  readonly at: string
  readonly when: 'before' | 'after'
  /** How often; each time the next such statement. */
  times: number
}

export interface Proxy extends AsyncDisposable {
  readonly port: number
  fault: Fault | undefined
  /** Connections that were broken. */
  readonly broken: number
}

export async function startProxy(server: number): Promise<Proxy> {
  const open = new Set<Socket>()
  let broken = 0
  const proxy = createServer((client) => {
    const upstream = connect(server, '127.0.0.1')
    let mute = false
    const cut = () => {
      broken++
      client.resetAndDestroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (bytes) => {
      const { fault } = proxied
      if (fault && fault.times > 0 && bytes.includes(fault.at)) {
        fault.times--
        if (fault.when === 'before') return cut()
        mute = true
      }
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      // An answer has come: the server is done with it.
      if (mute) cut()
      else client.write(bytes)
    })
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const proxied = {
    port: address.port,
    fault: undefined as Fault | undefined,
    get broken() {
      return broken
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      proxy.close()
      await once(proxy, 'close')
    },
  }
  return proxied
}
