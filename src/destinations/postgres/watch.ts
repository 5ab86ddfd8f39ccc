/**
 * Waiting for a server that says nothing. TCP alone tells of one that is gone after a quarter of an hour, if something was
 * sent to it (Linux's `tcp_retries2`), and never when a pooler or proxy that lives stands between. So whoever is
 * silent for a while is asked about over another connection: a long statement goes on, a lost one ends.
 */
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import type { Address } from './address.ts'
import { connect } from './connect.ts'
import { ConnectionLost, codeOf } from './errors.ts'

/** A transaction, as the server's view of activity has it; through a pooler too. */
export interface Place {
  readonly pid: string
  /** As ISO in UTC. */
  readonly start: string
}

export interface Patience {
  /** Milliseconds without a byte after which the server is asked. */
  readonly silence: number
  /** Milliseconds of silence that are too many even if nothing is known. */
  readonly longest: number
}

/**
 * The answer. When nothing comes and the server does not work at `place` (or, without a place, answers others), or
 * cannot be reached twice in a row, the connection is destroyed, and so the answer is an error.
 */
export async function heard<T>(
  answer: Promise<T>,
  client: Client,
  address: Address,
  place: Place | undefined,
  patience: Patience,
): Promise<T> {
  const done = new AbortController()
  watch(client, address, place, patience, done.signal).catch(() => {})
  try {
    return await answer
  } finally {
    done.abort()
  }
}

/** Ends when aborted, by throwing. */
async function watch(
  client: Client,
  address: Address,
  place: Place | undefined,
  { silence, longest }: Patience,
  signal: AbortSignal,
): Promise<void> {
  const socket = client.connection.stream as Socket
  const bytes = () => `${socket.bytesRead} ${socket.bytesWritten}`
  let before = bytes()
  let since = performance.now()
  let last: Sight = 'unknown'
  for (;;) {
    // What was not at work is looked at again soon: its answer may just have been under way.
    await sleep(last === 'not at work' ? silence / 10 : silence, undefined, { signal, ref: false })
    const sight = bytes() === before ? await look(address, place) : 'heard'
    signal.throwIfAborted()
    if (bytes() !== before) {
      before = bytes()
      since = performance.now()
      last = 'unknown'
      continue
    }
    const seconds = Math.round((performance.now() - since) / 1000)
    const isLost = sight !== 'unknown' && sight !== 'at work' && sight === last
    if (isLost || performance.now() - since > longest) {
      const what =
        sight === 'unreachable' ? 'and it cannot be reached' : 'and it does not work for us any more'
      socket.destroy(new ConnectionLost(new Error(`nothing was heard for ${seconds} s, ${what}`)))
      return
    }
    last = sight
  }
}

type Sight = 'heard' | 'at work' | 'not at work' | 'unreachable' | 'unknown'

/** What another connection says. A server that waits for us, while we wait for it, is not at work. */
async function look(address: Address, place: Place | undefined): Promise<Sight> {
  let client: Client | undefined
  const late = new AbortController()
  try {
    client = await connect(address, () => {})
    const asked = client.query<{ busy: boolean }>({
      text: `select exists (select 1 from pg_catalog.pg_stat_activity
               where pid = $1::int and (state = 'disabled' or xact_start = $2::timestamptz
                 and state <> 'idle in transaction' and wait_event_type is distinct from 'Client')) as busy`,
      values: [place?.pid ?? null, place?.start ?? null],
    })
    asked.catch(() => {})
    const limit = sleep(address.connectTimeout, undefined, { signal: late.signal }).catch(() => undefined)
    const answer = await Promise.race([asked, limit])
    // Whoever lets us in and then says nothing has no connection to spare.
    if (answer === undefined) return 'unknown'
    return answer.rows[0]?.busy ? 'at work' : 'not at work'
  } catch (error) {
    const isServers = /^[0-9A-Z]{5}$/.test(codeOf(error) ?? '')
    return isServers ? 'unknown' : 'unreachable'
  } finally {
    late.abort()
    client?.connection.stream.destroy()
  }
}

/** Ends what is left of transactions that were lost: they would hold their locks until the server notices. */
export async function endLost(client: Client, places: readonly Place[]): Promise<void> {
  for (const { pid, start } of places) {
    await client.query({
      text: `select pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
               where pid = $1::int and xact_start = $2::timestamptz`,
      values: [pid, start],
    })
  }
}
