import type { z } from 'zod'
import { FieldError } from '../app/service/errors.ts'
import { fixedFields } from '../app/service/resources/integration.ts'

/** What is said of an edit of an integration that its schema refused: of what never changes, what to do instead. */
export function fixedOr(error: z.ZodError): Error {
  const unknown = error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []))
  const given = unknown.find((key) => fixedFields.includes(key))
  if (given === undefined) return error
  return new FieldError(given, 'name and history are fixed when an integration is made, and never change', {
    cure: 'leave them out, or make another integration with the name and the history that you want',
  })
}
