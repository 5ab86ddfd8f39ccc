/** Holding the file: one at a time within the process, patiently between processes, and never longer than needed. */
import { linkSync, readFileSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError, TransientError } from '../../core/errors.ts'
import type { OpenOptions } from '../../core/model.ts'
import { literal } from '../naming.ts'
import { attachOptions, catalog, createOptions } from './dialect.ts'
import type { Engine } from './engine.ts'
import { engineError, explained, isLocked } from './errors.ts'

export interface Patience {
  /** Milliseconds to wait for another process to let go of the file. */
  readonly lockWait: number
  /** Milliseconds after which the wait is told. */
  readonly tellAfter: number
}

/**
 * DuckDB does not refuse a second open of one file within a process, and rows
 * committed by one of the two are lost: whoever holds a file stands here.
 */
const queues = new Map<string, Promise<void>>()

/** The file's one name, whatever links lead to it; it need not exist. */
export function realFile(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path))
    } catch {
      return path
    }
  }
}

/** Waits until nobody else in this process works with the file; the caller calls what it gets when it is done. */
export async function take(path: string): Promise<() => void> {
  const key = realFile(path)
  const before = queues.get(key) ?? Promise.resolve()
  const { promise, resolve } = Promise.withResolvers<void>()
  queues.set(key, promise)
  await before
  return () => {
    if (queues.get(key) === promise) queues.delete(key)
    resolve()
  }
}

/** Runs `work` when nobody else in this process works with the file. */
export async function alone<T>(path: string, work: () => Promise<T>): Promise<T> {
  const release = await take(path)
  try {
    return await work()
  } finally {
    release()
  }
}

/** Attaches the file, waiting while another process holds it. Throws `ConfigError` and `TransientError`. */
export async function attach(
  engine: Engine,
  path: string,
  options: Pick<OpenOptions, 'signal' | 'report'>,
  patience: Patience,
): Promise<void> {
  const started = performance.now()
  let told = false
  for (let pause = 50; ; pause = Math.min(pause * 1.5, 500)) {
    try {
      await engine.run(`attach ${literal(path)} as ${catalog} ${attachOptions}`)
      return
    } catch (error) {
      const said = engineError(error)
      if (!said || !isLocked(said)) throw explained(error, path)
      const waited = performance.now() - started
      const who = holder(said.message)
      if (waited >= patience.lockWait) {
        throw new TransientError(`${path} is held by ${who}`, {
          cure: 'close it there or wait until it is done, then run again',
          cause: error,
        })
      }
      if (!told && waited >= patience.tellAfter) {
        told = true
        options.report({
          type: 'log',
          level: 'warn',
          message: `${path} is held by ${who}; waiting up to ${Math.round(patience.lockWait / 1000)} s for it`,
        })
      }
      await sleep(Math.min(pause, patience.lockWait - waited + 1), undefined, { signal: options.signal })
    }
  }
}

/** Lets go of the file. When DuckDB cannot, the engine is closed: what was committed is in the file or its log. */
export async function detach(engine: Engine): Promise<void> {
  try {
    await engine.run(`detach database if exists ${catalog}`)
  } catch {
    engine.reset()
  }
}

/**
 * Creates the database beside its place and puts it there whole: a kill in between
 * never leaves half a file under the name. Does nothing when it exists.
 */
export async function createFile(engine: Engine, path: string): Promise<void> {
  if (exists(path)) return
  const fresh = `${path}.new-${process.pid}`
  try {
    await writeEmpty(engine, fresh)
    try {
      linkSync(fresh, path)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EEXIST') return
      // A file system without links: the narrow race with another creator remains.
      if (!exists(path)) renameSync(fresh, path)
    }
  } catch (error) {
    throw explained(error, path)
  } finally {
    removeDatabase(fresh)
  }
}

/** Proves that a database can be created at `path`, and leaves nothing. */
export async function tryCreate(engine: Engine, path: string): Promise<void> {
  const fresh = `${path}.new-${process.pid}`
  try {
    await writeEmpty(engine, fresh)
  } catch (error) {
    throw explained(error, path)
  } finally {
    removeDatabase(fresh)
  }
}

async function writeEmpty(engine: Engine, path: string): Promise<void> {
  removeDatabase(path)
  await engine.run(`attach ${literal(path)} as fresh ${createOptions}`)
  try {
    await engine.run('checkpoint fresh')
  } finally {
    await engine.run('detach fresh').catch(() => engine.reset())
  }
}

/** As well as it goes: why a file cannot be removed is told by what cannot be written. */
function removeDatabase(path: string): void {
  for (const file of [path, `${path}.wal`]) {
    try {
      rmSync(file, { force: true })
    } catch {}
  }
}

/** Whether there is a file. Throws `ConfigError` for what can never become a database. */
export function exists(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return false
  if (found.isDirectory()) {
    throw new ConfigError(`${path} is a folder, not a file`, {
      cure: `name a file in it: duckdb:${join(path, 'warehouse.duckdb')}`,
    })
  }
  if (found.size === 0) {
    throw new ConfigError(`${path} exists and is empty, not a DuckDB file`, {
      cure: 'remove it, or name another file; a new one is created',
    })
  }
  return true
}

/** Who holds the file, as DuckDB's message and the system tell it. */
function holder(message: string): string {
  const pid = /PID (\d+)/.exec(message)?.[1]
  if (pid === undefined) return 'another process'
  let command: string | undefined
  try {
    command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 120)
  } catch {
    command = /held in (.+?) \(PID/.exec(message)?.[1]
  }
  return command ? `process ${pid} (${command})` : `process ${pid}`
}
