/** What an error of the store's database says of it, told without its library. */

/** SQLSTATE, or the system's code. */
export function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : ''
}

/** Whether the server went away, or cannot be reached for now. */
export function isAway(error: unknown): boolean {
  if (/^(08|57P|53)/.test(codeOf(error))) return true
  const { syscall } = (error ?? {}) as { readonly syscall?: unknown }
  // A file that is not there has the same code as a socket that is not there.
  if (syscall === 'connect' || syscall === 'read' || syscall === 'write') {
    return ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'].includes(codeOf(error))
  }
  // What pg says of a connection that ended while a statement was under way; it gives no code.
  return error instanceof Error && error.message === 'Connection terminated unexpectedly'
}
