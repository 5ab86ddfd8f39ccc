/** What the server counted, for tests and benchmarks. */
export interface EndpointStats {
  readonly requests: number
  readonly limited: number
}

export interface Stats {
  /** Requests under /v1, whatever their answer. */
  readonly requests: number
  /** Answers 429. */
  readonly limited: number
  /** Answers by status; 0 for connections that a fault broke. */
  readonly statuses: Readonly<Record<string, number>>
  /** By path pattern: `/v1/invoices/{invoice}/lines`. */
  readonly endpoints: Readonly<Record<string, EndpointStats>>
  /** Most requests that were in flight at one time. */
  readonly maxInFlight: number
  /** Bytes of bodies before compression. */
  readonly bytes: number
}

export interface Counter {
  begin(): void
  end(endpoint: string, status: number, bytes: number): void
  read(): Stats
  reset(): void
}

export function counter(): Counter {
  let inFlight = 0
  let maxInFlight = 0
  let requests = 0
  let limited = 0
  let bytes = 0
  const statuses = new Map<number, number>()
  const endpoints = new Map<string, { requests: number; limited: number }>()
  return {
    begin() {
      inFlight++
      maxInFlight = Math.max(maxInFlight, inFlight)
    },
    end(endpoint, status, size) {
      inFlight--
      requests++
      bytes += size
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      const each = endpoints.get(endpoint) ?? { requests: 0, limited: 0 }
      endpoints.set(endpoint, each)
      each.requests++
      if (status === 429) {
        limited++
        each.limited++
      }
    },
    read: () => ({
      requests,
      limited,
      statuses: Object.fromEntries(statuses),
      endpoints: Object.fromEntries([...endpoints].map(([name, each]) => [name, { ...each }])),
      maxInFlight,
      bytes,
    }),
    reset() {
      maxInFlight = inFlight
      requests = limited = bytes = 0
      statuses.clear()
      endpoints.clear()
    },
  }
}
