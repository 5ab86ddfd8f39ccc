/** An answer of the service that says no (RFC 9457), or no answer at all (status 0). */
export class Problem extends Error {
  readonly status: number
  readonly cure: string | null
  /** Of a form: what is wrong with each field. */
  readonly fields: Readonly<Record<string, string>>

  constructor(
    status: number,
    message: string,
    cure: string | null = null,
    fields: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.name = 'Problem'
    this.status = status
    this.cure = cure
    this.fields = fields
  }

  get offline(): boolean {
    return this.status === 0
  }
}

/** What to tell a person of something that was thrown. */
export function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
