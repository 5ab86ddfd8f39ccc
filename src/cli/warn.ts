import { redact } from '../app/redact.ts'

/** Something that is worth knowing and does not stop the work. */
export function warn(message: string) {
  process.stderr.write(`warning: ${redact(message)}\n`)
}
