/** Who did what. */
import { z } from 'zod'
import { pageQuery, time } from './common.ts'

export const auditEntry = z
  .object({
    id: z.int(),
    at: time,
    actor: z.object({
      kind: z.enum(['user', 'token', 'system']),
      id: z.string().nullable(),
      name: z.string().describe('As it was then: an e-mail address, and the name of a token'),
    }),
    action: z.string().describe('`integration.create`, `user.sign_in`'),
    object: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
    details: z.record(z.string(), z.unknown()).describe('What was changed; never a secret'),
    ip: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' })
export type AuditEntry = z.output<typeof auditEntry>

export const auditQuery = pageQuery.extend({
  action: z.string().max(100).optional().describe('An action, or the beginning of several: `user.`'),
  object_id: z.string().max(100).optional(),
  q: z.string().max(100).optional().describe("Part of the actor's or the object's name"),
})
export type AuditQuery = z.output<typeof auditQuery>
