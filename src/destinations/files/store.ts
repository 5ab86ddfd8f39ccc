/**
 * Where files lie: a folder, or a prefix of a bucket. A new kind of store is one file in `stores/` that makes one
 * of these, and an entry in `stores.ts`. Names are relative to the root and have `/` between their parts.
 *
 * All methods have waited for what may pass before they throw: `ConfigError` for what the user must change,
 * `TransientError` for what may pass.
 */
export interface Store extends AsyncDisposable {
  /** As people and engines write it, without a slash at the end: `/data/acme`, `s3://bucket/prefix/acme`. */
  readonly root: string
  /** A folder of this machine in which files are made before `putFile`; where renaming to the root is possible, if it is. */
  readonly scratch: string
  /** Whether it can be written, and refuses a second `putNew`. Leaves nothing behind. */
  check(): Promise<void>
  /** In the order of names, by bytes. */
  list(prefix: string): Promise<readonly Listed[]>
  /** The content of a small file; undefined when it is not there. */
  read(name: string): Promise<Buffer | undefined>
  /** Durable when it returns. Nothing is seen under the name before it is whole. Replaces. */
  put(name: string, content: string): Promise<void>
  /** As `put`, but false, and nothing done, when the name is taken: of several at once, one wins. */
  putNew(name: string, content: string): Promise<boolean>
  /** As `put`, of a file of this machine, which is gone afterwards or not. */
  putFile(name: string, path: string): Promise<void>
  /** The path of a file of this machine that has the content; `cache` is a path to put it at, if there is none. */
  local(name: string, cache: string): Promise<string>
  /** What is not there is no error. */
  remove(names: readonly string[]): Promise<void>
}

export interface Listed {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly modified: number
}
