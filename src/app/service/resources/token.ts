/** API tokens: what programs show instead of a session. */
import { z } from 'zod'
import { id, time } from './common.ts'

/** A token acts as its user with at most the role that its scope stands for: viewer, editor, admin. */
export const scope = z.enum(['read', 'write', 'admin'])
export type Scope = z.output<typeof scope>

export const tokenInput = z
  .object({
    name: z.string().trim().min(1, 'a token needs a name').max(80),
    scope: scope.default('read'),
    expires_in_days: z.int().min(1).max(3_650).nullable().default(90).describe('Null: it never expires'),
  })
  .meta({ id: 'TokenInput' })
export type TokenInput = z.output<typeof tokenInput>

export const token = z
  .object({
    id,
    name: z.string(),
    scope,
    shown: z.string().describe('How it begins: `slt_1a2b3c…`'),
    user: z.object({ id, email: z.string() }),
    created_at: time,
    expires_at: time.nullable(),
    used_at: time.nullable().describe('To the minute'),
  })
  .meta({ id: 'Token' })
export type Token = z.output<typeof token>

export const tokenMade = token
  .extend({ token: z.string().describe('Shown this once; only its hash is kept') })
  .meta({ id: 'TokenMade' })
export type TokenMade = z.output<typeof tokenMade>
