/** How well something is, in five words; each has a colour and a shape of its own. */
export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'idle'

const tones: Readonly<Record<string, readonly [Tone, string]>> = {
  // Integrations.
  pending: ['idle', 'Pending'],
  active: ['good', 'Active'],
  paused: ['idle', 'Paused'],
  deleted: ['idle', 'Deleted'],
  // Runs.
  queued: ['idle', 'Queued'],
  running: ['busy', 'Running'],
  succeeded: ['good', 'Succeeded'],
  partial: ['warn', 'Partial'],
  failed: ['bad', 'Failed'],
  cancelled: ['idle', 'Cancelled'],
  // Verifications, and their tables.
  equal: ['good', 'Equal'],
  different: ['bad', 'Different'],
  incomplete: ['warn', 'Not all looked at'],
  moved: ['idle', 'Changed since'],
  not_checked: ['warn', 'Not checked'],
  // Accounts.
  disconnected: ['warn', 'Connected no more'],
  // Messages.
  sent: ['good', 'Sent'],
  // Table runs.
  ok: ['good', 'OK'],
  no_permission: ['warn', 'No permission'],
  unavailable: ['idle', 'Not available'],
  unknown: ['idle', 'Not known'],
  // The colour of a last run.
  green: ['good', 'All well'],
  orange: ['warn', 'Some tables failed'],
  red: ['bad', 'All tables failed'],
}

export function toneOf(status: string): Tone {
  return tones[status]?.[0] ?? 'idle'
}

export function wordOf(status: string): string {
  return tones[status]?.[1] ?? status
}
