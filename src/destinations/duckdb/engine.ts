/** One DuckDB engine in memory, to which the file is attached only while it is needed. */
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
 * For staged rows, and for writing as many; KB. The keys of three million rows took 90 MB before, and take 25
 * (docs/decisions/0003-duckdb-loading.md).
 */
const memoryToWrite = (staged: number) => 32_768 + 2 * staged

export function engine(options: EngineOptions): Engine {
  let made: Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> | undefined
  let columns = 0

  async function make() {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: options.memory ?? `${memoryFor(0)}KB`,
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
  const limit = async (kilobytes: number) => {
    await (await get()).connection.run(`set memory_limit = '${Math.round(kilobytes)}KB'`)
  }

  return {
    connection: async () => (await get()).connection,
    async makeRoom(more) {
      if (options.memory !== undefined) return
      columns += more
      await limit(memoryFor(columns))
    },
    async tighten() {
      if (options.memory !== undefined) return
      const { connection } = await get()
      const used = await connection.runAndReadAll(
        'select sum(memory_usage_bytes)::double from duckdb_memory()',
      )
      await limit(Math.min(memoryToWrite(Number(used.getRows()[0]?.[0] ?? 0) / 1024), memoryFor(columns)))
    },
    async clearRoom() {
      columns = 0
      if (options.memory === undefined && made !== undefined) await limit(memoryFor(0))
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
