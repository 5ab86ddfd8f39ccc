interface Span {
  readonly started_at: string | null
  readonly ended_at: string | null
}

/** How long something took, or has been going on. */
export function secondsOf({ started_at, ended_at }: Span, now = Date.now()): number | null {
  if (started_at === null) return null
  return Math.max(0, ((ended_at === null ? now : Date.parse(ended_at)) - Date.parse(started_at)) / 1_000)
}
