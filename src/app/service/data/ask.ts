/**
 * SQL that somebody wrote, asked of a warehouse in a process of its own: what takes too long is killed, what takes too
 * much memory ends nobody else, and a file that the worker of this process holds is waited for as for any other.
 */
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { ConfigError, TransientError } from '../../../core/errors.ts'
import type { QueryResult } from '../../../core/model.ts'
import { ConflictError } from '../errors.ts'

export interface Question {
  readonly address: string
  readonly sql: string
  readonly limit: number
  readonly workDir: string
}

/** What the process says: an answer, or why there is none. */
export type Said =
  | { readonly result: QueryResult }
  | { readonly config: string; readonly cure?: string | undefined }
  | { readonly transient: string; readonly cure?: string | undefined }

/** Milliseconds. */
const longest = 30_000
/** Megabytes for the rows of an answer; what the engine itself may take is bounded by it. */
const heap = 512
/** At a time, in this process. */
const most = 4
let open = 0

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const program = new URL(`./ask-process.${extension}`, import.meta.url).pathname

/**
 * Throws `ConfigError` for SQL that does not run, would do more than read, or takes longer than half a minute;
 * `TransientError` while the warehouse is held; `ConflictError` while too many others ask.
 */
export async function ask(question: Question, signal?: AbortSignal): Promise<QueryResult> {
  if (open >= most) {
    throw new ConflictError('other queries are being answered', { cure: 'try again in a moment' })
  }
  open++
  try {
    return resultOf(await told(question, signal))
  } finally {
    open--
  }
}

async function told(question: Question, signal: AbortSignal | undefined): Promise<Said> {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${heap}`, '--disable-warning=ExperimentalWarning', program],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    },
  )
  const timeout = AbortSignal.timeout(longest)
  const ending = signal ? AbortSignal.any([timeout, signal]) : timeout
  const kill = () => child.kill('SIGKILL')
  ending.addEventListener('abort', kill)
  if (ending.aborted) kill()
  try {
    const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) =>
      child.on('error', reject).on('close', (code, killed) => resolve(killed ?? code)),
    )
    // A process that ends early takes no more input, which is told by how it ends.
    child.stdin.on('error', () => {})
    // On its input and not among its arguments, which others on the machine can see.
    child.stdin.end(JSON.stringify(question))
    const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
    if (timeout.aborted) {
      return { config: `the query took longer than ${longest / 1_000} seconds`, cure: 'ask for less' }
    }
    if (signal?.aborted) return { config: 'the query was given up' }
    // Node aborts when its heap is full, and the system kills what takes all memory.
    if (code === 'SIGABRT' || code === 'SIGKILL' || code === 134) {
      return { config: 'the query needs too much memory', cure: 'ask for fewer rows or columns' }
    }
    if (code !== 0) throw new Error(`the process of a query ended with ${code}: ${err.slice(-2_000)}`)
    return JSON.parse(out) as Said
  } finally {
    ending.removeEventListener('abort', kill)
  }
}

function resultOf(said: Said): QueryResult {
  if ('result' in said) return said.result
  const cure = said.cure === undefined ? {} : { cure: said.cure }
  if ('config' in said) throw new ConfigError(said.config, cure)
  throw new TransientError(said.transient, cure)
}
