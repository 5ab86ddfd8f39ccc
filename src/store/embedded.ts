/** The embedded PostgreSQL: one server per data folder, shared by all processes that use it. */
import { Client } from 'pg'
import { TransientError } from '../core/errors.ts'
import { type Cluster, clusterIn, lastWords, serverPid, startServer } from './embedded/cluster.ts'

/** Held shared by every process that uses the server, and whole by the one that stops it. */
const lockKey = 5_721_904
/** Milliseconds. A server that has much to recover after a power cut takes its time. */
const longestStart = 120_000
const pause = 25

export interface Embedded extends AsyncDisposable {
  readonly connection: Readonly<Pick<Cluster, 'host' | 'user' | 'password' | 'database'>>
}

/**
 * Joins the server of a data folder, starting it when nobody has. When disposed, the last of its users stops it. A
 * user that is killed leaves it running, to be joined by the next. Throws `ConfigError` for a folder that cannot be
 * used, `TransientError` when the server does not start.
 */
export async function joinEmbedded(dataDir: string): Promise<Embedded> {
  const cluster = clusterIn(dataDir)
  let leaving = false
  let user = await joined(cluster)
  const watch = () => {
    user.on('error', () => {})
    user.on('end', () => {
      if (!leaving) void again()
    })
  }
  // A server that was ended from outside is started again; until then, what asks it fails and is repeated.
  const again = async () => {
    while (!leaving) {
      try {
        user = await joined(cluster)
        if (leaving) await user.end()
        else watch()
        return
      } catch {
        // On a machine that has much else to do it may take longer; whoever asks is told so meanwhile.
        await new Promise((resolve) => setTimeout(resolve, 40 * pause))
      }
    }
  }
  watch()
  const { host, user: name, password, database } = cluster
  return {
    connection: { host, user: name, password, database },
    async [Symbol.asyncDispose]() {
      leaving = true
      await leave(cluster, user)
    },
  }
}

async function joined(cluster: Cluster): Promise<Client> {
  const deadline = Date.now() + longestStart
  let starting = false
  while (Date.now() < deadline) {
    const client = await connected(cluster)
    if (client instanceof Client) {
      if (await holds(client, 'pg_try_advisory_lock_shared')) return client
      // Its last user is stopping it: a new one will be needed.
      await client.end()
    } else if (client === 'nobody' && !starting) {
      starting = true
      startServer(cluster, () => {
        starting = false
      })
    }
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
  throw new TransientError(`the database in ${cluster.folder} does not start: ${lastWords(cluster)}`, {
    cure: `see ${cluster.folder}/postgres.log`,
  })
}

/** A client; or why there is none: nobody listens, or the server is coming up or going down. */
async function connected({ host, user, password, database }: Cluster): Promise<Client | 'nobody' | 'busy'> {
  const client = new Client({ host, user, password, database, application_name: 'sluice: user' })
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    const code = String((error as { readonly code?: unknown }).code)
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'nobody'
    // Starting, stopping, full for a moment; or the connection was cut while it stopped.
    // A SQLSTATE has a digit in it; EPIPE has not.
    if (code.startsWith('57P') || code === '53300' || !/^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return 'busy'
    throw error
  }
}

async function leave(cluster: Cluster, user: Client): Promise<void> {
  try {
    await user.query(`select pg_advisory_unlock_shared(${lockKey})`)
    if (await holds(user, 'pg_try_advisory_lock')) {
      const pid = serverPid(cluster)
      const ended = new Promise((resolve) => user.once('end', resolve))
      // "Fast": rolls back what is open, writes a checkpoint, ends.
      if (pid !== undefined) process.kill(pid, 'SIGINT')
      await ended
      while (serverPid(cluster) === pid && pid !== undefined && alive(pid)) {
        await new Promise((resolve) => setTimeout(resolve, pause))
      }
      return
    }
  } catch {
    // The server is gone already.
  }
  await user.end().catch(() => {})
}

async function holds(client: Client, lock: string): Promise<boolean> {
  try {
    const { rows } = await client.query<{ held: boolean }>(`select ${lock}(${lockKey}) as held`)
    return rows[0]?.held === true
  } catch {
    return false
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
