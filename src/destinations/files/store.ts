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
  /** Names that begin so, in the order of their bytes. */
  list(prefix: string): Promise<readonly string[]>
  /** The content of a small file; undefined when it is not there. */
  read(name: string): Promise<Buffer | undefined>
  /** Replaces. Nothing is seen under the name before it is whole; a power cut may undo it. */
  put(name: string, content: string): Promise<void>
  /** False, and nothing done, when the name is taken: of several at once, one wins. Whole, and durable when it returns. */
  putNew(name: string, content: string): Promise<boolean>
  /** A file of this machine, which may be gone afterwards. Whole, and durable when it returns. */
  putFile(name: string, path: string): Promise<void>
  /** The path of a file of this machine that has the content; `cache` is a path to put it at, if there is none. */
  local(name: string, cache: string): Promise<string>
  /** What is not there is no error. */
  remove(names: readonly string[]): Promise<void>
}
