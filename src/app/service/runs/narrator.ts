/** The log of a run, as a person reads it: what each table did, step by step, without anything of the customers. */
import type { Incident, RunEvent, SchemaChange, StreamEnd } from '../../../core/model.ts'
import type { NewLogLine } from '../../../store/run-logs.ts'
import { redact } from '../../redact.ts'
import type { RecordedTable } from './recorder.ts'

/** How often a table that is being read says how far it is. Milliseconds. */
const often = 10_000
const longest = 2_000

type Event<Type extends RunEvent['type']> = Extract<RunEvent, { readonly type: Type }>

export interface Narrator {
  began(stream: string, lastRun: string | undefined): void
  asked(event: Event<'request'>): void
  read(event: Event<'read'>): void
  loaded(stream: string, event: Event<'loaded'>): void
  ended(end: StreamEnd): void
  incident(incident: Incident): void
  schema(change: SchemaChange): void
  account(event: Event<'account'>): void
  say(level: NewLogLine['level'], message: string, stream?: string): void
  /** Writes what is only said now and then, if it is time. */
  flush(): void
}

interface Reading {
  rows: number
  told: number
  fraction: number | undefined
  loaded: number
  deleted: number
  requests: number
}

export function narrator(
  tables: readonly RecordedTable[],
  clock: () => number,
  write: (line: NewLogLine) => void,
): Narrator {
  const streamOf = new Map(tables.map(({ stream, source }) => [source, stream]))
  const readings = new Map<string, Reading>()
  let limited = 0
  let failed = 0
  let answer = ''
  let flushed = clock()
  let troubled = Number.NEGATIVE_INFINITY

  const say = (level: NewLogLine['level'], message: string, stream?: string) =>
    write({ at: new Date(clock()), level, stream: stream ?? null, message: clean(message) })

  function of(stream: string): Reading {
    let reading = readings.get(stream)
    if (!reading) {
      reading = { rows: 0, told: 0, fraction: undefined, loaded: 0, deleted: 0, requests: 0 }
      readings.set(stream, reading)
    }
    return reading
  }

  /** What Stripe did not answer well; a run may be over before it is time for it. */
  function tellTrouble(): void {
    if (limited > 0)
      say('warn', `${counted(limited, 'request')} came too fast for the account: made again, more slowly`)
    if (failed > 0) say('warn', `${counted(failed, 'request')} failed (${answer}): made again, after a pause`)
    limited = 0
    failed = 0
  }

  return {
    say,
    began(stream, lastRun) {
      say(
        'info',
        lastRun ? `began: what changed since ${minute(lastRun)}` : 'began: read for the first time',
        stream,
      )
    },
    asked({ stream, limited: refused, call }) {
      if (stream !== undefined) of(stream).requests++
      if (refused) limited++
      else if (call && (call.status === null || call.status >= 500)) {
        failed++
        answer = call.status === null ? 'no answer' : `HTTP ${call.status}`
      }
    },
    read({ stream, rows, fraction }) {
      const reading = of(stream)
      reading.rows += rows
      reading.fraction = fraction ?? reading.fraction
    },
    loaded(stream, { rows, deleted }) {
      const reading = of(stream)
      reading.loaded += rows
      reading.deleted += deleted
      const parts = [
        ...(rows > 0 ? [counted(rows, 'row')] : []),
        ...(deleted > 0 ? [`${counted(deleted, 'deletion')}`] : []),
      ]
      if (parts.length > 0) say('info', `${parts.join(' and ')} loaded`, stream)
    },
    ended({ stream, status, reason, drift = [] }) {
      tellTrouble()
      const { rows, loaded, deleted, requests } = of(stream)
      for (const { field, kind, type, rows: seen } of drift) {
        const what =
          kind === 'unknown'
            ? 'a field that the catalog does not know'
            : 'values that their column cannot hold'
        say('warn', `${field} (${type}): ${what}, in ${counted(seen, 'row')}; kept in _extra`, stream)
      }
      const sum = [
        `${counted(rows, 'row')} read`,
        `${grouped(loaded)} written`,
        ...(deleted > 0 ? [`${grouped(deleted)} deleted`] : []),
        counted(requests, 'request'),
      ].join(', ')
      if (status === 'ok') say('info', `up to date: ${sum}`, stream)
      else
        say(
          status === 'failed' ? 'error' : 'warn',
          `${ends[status]}${reason ? `: ${reason}` : ''} (${sum})`,
          stream,
        )
    },
    incident({ stream, account, kind, message }) {
      const of = account ? ` ${account}` : ''
      say('warn', `${kind.replaceAll('_', ' ')}${of}: ${message}`, stream === '' ? undefined : stream)
    },
    schema({ table, change, column }) {
      const stream = streamOf.get(table)
      say(
        'info',
        change === 'create table' ? `the table ${table} was made` : `the column ${column} was added`,
        stream,
      )
    },
    account({ account: { account, name, status, rows, deleted, requests, reason }, done, all }) {
      const sum = `${counted(rows, 'row')} written, ${grouped(deleted)} deleted, ${counted(requests, 'request')}`
      const who = name ? `${account} (${name})` : account
      const why = reason ? `: ${reason}` : ''
      const level = status === 'succeeded' ? 'info' : status === 'failed' ? 'error' : 'warn'
      say(level, `account ${who}, ${grouped(done)} of ${grouped(all)}, ${status}${why} (${sum})`)
    },
    flush() {
      if (limited + failed > 0 && clock() - troubled >= often) {
        troubled = clock()
        tellTrouble()
      }
      if (clock() - flushed < often) return
      flushed = clock()
      for (const [stream, reading] of readings) {
        if (reading.rows === reading.told) continue
        reading.told = reading.rows
        const part = reading.fraction === undefined ? '' : `, ${Math.floor(reading.fraction * 100)}% of it`
        say('info', `${counted(reading.rows, 'row')} read so far${part}`, stream)
      }
    },
  }
}

const ends = {
  no_permission: 'not read, for lack of a permission',
  unavailable: 'not read, as the account does not have it',
  failed: 'failed',
  paused: 'paused',
} as const

const minute = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 16)}Z`

function counted(value: number, one: string): string {
  return `${grouped(value)} ${one}${value === 1 ? '' : 's'}`
}

const grouped = (value: number) => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')

/** An e-mail address; not the user and host of a warehouse's address. */
const mail = /(?<![\w.+/:-])[\w.+-]+@[\w-]+(\.[\w-]+)+/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not get into a log
const control = /[\u0000-\u0008\u000b-\u001f\u007f]+/g

/** Without keys, passwords, e-mail addresses and what no log can hold; of a very long one the beginning. */
export function clean(message: string): string {
  const text = redact(message).replace(mail, '[e-mail]').replace(control, ' ')
  return text.length <= longest ? text : `${text.slice(0, longest)}…`
}
