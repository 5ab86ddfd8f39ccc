/** One DuckDB engine in memory, to which the file is attached only while it is needed. */
import { totalmem } from 'node:os'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { Session } from '../sql/dialect.ts'

export interface EngineOptions {
  /** As DuckDB writes it: `256MB`. By the columns that are written when absent: see `makeRoom`. */
  readonly memory?: string | undefined
  readonly threads: number
  /** Folder for what does not fit into memory. */
  readonly spill: string
}

export interface Engine extends Session {
  /** The connection, made at first use and anew after `reset`. */
  connection(): Promise<DuckDBConnection>
  /** Allows the memory that staging and writing so many columns more takes, unless a limit was named. */
  makeRoom(columns: number): Promise<void>
  /**
   * Once all is staged: allows what writing it takes, and no more, unless a limit was named. The merge reads the keys of
   * the whole table, and what is allowed fills with them though none is read twice.
   */
  tighten(): Promise<void>
  /**
   * After a lack of memory: allows twice as much, now and from now on. Whether it could: not where a limit was named,
   * nor beyond half of what the machine has.
   */
  widen(): Promise<boolean>
  /** Back to what no column takes. */
  clearRoom(): Promise<void>
  /** Another connection to the same engine; the caller closes it. */
  connect(): Promise<DuckDBConnection>
  /** Closes everything, whatever state it is in: the file's lock goes with it. */
  reset(): void
}

/**
 * A block for each column that is staged (256 KB) and written (64 KB), most of which stay untouched when rows are
 * few, beside 128 MB for the rows. With less, a load of many small tables fails, or takes three times as long since it
 * spills (docs/decisions/0003-duckdb-loading.md).
 */
const memoryFor = (columns: number) => 131_072 + columns * 320

/**
 * For so many KB of staged rows, for writing as many, and a block of 64 KB for each column written; KB. The keys of three
 * million rows took 90 MB before this, as much as was allowed (docs/decisions/0003-duckdb-loading.md).
 */
const memoryToWrite = (staged: number, columns: number) => 8_192 + 2 * staged + columns * 64

/** Half of the memory of the machine, or of the container; KB. */
const mostMemory = () => Math.min(totalmem(), process.constrainedMemory() || Infinity) / 2048

export function engine(options: EngineOptions): Engine {
  let made: Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> | undefined
  let columns = 0
  /** How many times what is reckoned is allowed: doubled when it was not enough. */
  let times = 1
  let allowed = 0

  async function make() {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: options.memory ?? `${Math.round(memoryFor(0) * times)}KB`,
      threads: String(options.threads),
      temp_directory: options.spill,
      preserve_insertion_order: 'false',
      // What a load took goes back to the system when it is done; the allocator would else keep up to 200 MB.
      allocator_background_threads: 'true',
      allocator_flush_threshold: '1MB',
      allocator_bulk_deallocation_flush_threshold: '1MB',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    })
    return { instance, connection: await connect(instance) }
  }
  const get = () => {
    made ??= make()
    return made
  }
  const allow = async (kilobytes: number) => {
    if (options.memory !== undefined) return
    allowed = Math.min(kilobytes * times, mostMemory())
    await (await get()).connection.run(`set memory_limit = '${Math.round(allowed)}KB'`)
  }

  return {
    connection: async () => (await get()).connection,
    async makeRoom(more) {
      columns += more
      await allow(memoryFor(columns))
    },
    async tighten() {
      const used = await (await get()).connection.runAndReadAll(
        'select sum(memory_usage_bytes)::double from duckdb_memory()',
      )
      const staged = Number(used.getRows()[0]?.[0] ?? 0) / 1024
      await allow(Math.min(memoryToWrite(staged, columns), memoryFor(columns)))
    },
    async widen() {
      if (options.memory !== undefined || allowed >= mostMemory()) return false
      const before = allowed / times
      times *= 2
      await allow(before)
      return true
    },
    async clearRoom() {
      columns = 0
      if (made !== undefined) await allow(memoryFor(0))
    },
    connect: async () => connect((await get()).instance),
    async run(sql, values) {
      const { rowsChanged } = await (await get()).connection.run(sql, values && [...values])
      return rowsChanged
    },
    async rows(sql, values) {
      const reader = await (await get()).connection.runAndReadAll(sql, values && [...values])
      return reader.getRows()
    },
    reset() {
      const closing = made
      made = undefined
      closing?.then(
        ({ instance, connection }) => {
          connection.closeSync()
          instance.closeSync()
        },
        () => {},
      )
    },
  }
}

async function connect(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect()
  // Errors as JSON carry their class and the system's error number: decisions need no message text.
  await connection.run('set errors_as_json = true')
  await connection.run("set TimeZone = 'UTC'")
  return connection
}
