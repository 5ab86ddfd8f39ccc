/** A wire between a client and a PostgreSQL server that breaks when told, or goes dead without a word. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** When a connection breaks: before a statement reaches the server, or once it was carried out and not yet answered. */
export interface Fault {
  /** A text that the statement contains. */
  readonly at: string
  readonly when: 'before' | 'after'
  /**
   * What becomes of it then: it is cut (unless told), or nothing passes any more in either direction, not even its
   * end; of this connection, or also of all that are made until `hole` is false. With `pass` nothing breaks: it is seen.
   */
  readonly how?: 'cut' | 'hole' | 'hole for all' | 'pass'
  /** How often; each time the next such statement. */
  times: number
}

export interface Proxy extends AsyncDisposable {
  readonly port: number
  fault: Fault | undefined
  /** Whether connections that are made now are let in and then ignored. */
  hole: boolean
  /** Connections that were broken. */
  readonly broken: number
  /** Connections that were made. */
  readonly made: number
}

export async function startProxy(server: number): Promise<Proxy> {
  const open = new Set<Socket>()
  let broken = 0
  let made = 0
  const proxy = createServer((client) => {
    made++
    const upstream = connect(server, '127.0.0.1')
    let mute = false
    let deaf = proxied.hole
    const fail = ({ how = 'cut' }: Pick<Fault, 'how'>) => {
      broken++
      if (how !== 'cut') {
        deaf = true
        if (how === 'hole for all') proxied.hole = true
        return
      }
      client.resetAndDestroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        if (deaf) return
        client.destroy()
        upstream.destroy()
      })
    }
    let met: Fault = { at: '', when: 'before', times: 0 }
    client.on('data', (bytes) => {
      if (deaf) return
      const { fault } = proxied
      if (fault && fault.times > 0 && bytes.includes(fault.at)) {
        fault.times--
        if (fault.how === 'pass') return void upstream.write(bytes)
        met = fault
        if (fault.when === 'before') return fail(fault)
        mute = true
      }
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (deaf) return
      // An answer has come: the server is done with it.
      if (mute) fail(met)
      else client.write(bytes)
    })
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const proxied = {
    port: address.port,
    fault: undefined as Fault | undefined,
    hole: false,
    get broken() {
      return broken
    },
    get made() {
      return made
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      proxy.close()
      await once(proxy, 'close')
    },
  }
  return proxied
}
