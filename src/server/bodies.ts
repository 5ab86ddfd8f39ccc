/** Bodies that are too large are refused. */
import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Env } from './declare.ts'
import { Refusal } from './problem.ts'

/** So much more than is allowed is read and thrown away: whoever is still sending would not hear the answer. */
const patience = 16

export function bodiesUpTo(bytes: number): MiddlewareHandler<Env> {
  const refused = () => new Refusal(413, `a body has at most ${bytes} bytes`)
  const undeclared = bodyLimit({
    maxSize: bytes,
    onError: () => {
      throw refused()
    },
  })
  return async (c, next) => {
    const declared = Number(c.req.header('content-length') ?? 0)
    if (!(declared > bytes)) return undeclared(c, next)
    if (declared <= patience * bytes) {
      for await (const _ of c.req.raw.body ?? []) {
        // Nothing is kept.
      }
    }
    throw refused()
  }
}
