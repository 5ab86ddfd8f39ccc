/** Texts that no database holds: with a NUL, or with half of a character of two. */
import type { MiddlewareHandler } from 'hono'
import type { Env } from './declare.ts'
import { Refusal } from './problem.ts'

const isWhole = (text: string) => !text.includes('\0') && text.isWellFormed()

/** Whether all texts in a value of JSON are whole, names of fields too. */
function allWhole(value: unknown): boolean {
  if (typeof value === 'string') return isWhole(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, inner]) => isWhole(name) && allWhole(inner))
}

/** Only a body that escapes a character can have one of these. */
const escapes = /\\u(?:0000|d[89a-f])/i

/**
 * Answers 400 for them, wherever in a request they stand and before anything is done: nothing else needs to think of
 * it.
 */
export function wholeTexts(): MiddlewareHandler<Env> {
  const refused = (where: string) =>
    new Refusal(400, `${where} has a NUL, or half of a character, in a text`, {
      cure: 'send the text without it',
    })
  return async (c, next) => {
    if (c.req.url.includes('%00')) throw refused('the address')
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      const text = await c.req.text()
      if (text.includes('\0') || (escapes.test(text) && !allWhole(parsed(text)))) throw refused('the body')
    }
    await next()
  }
}

/** What is no JSON is told by whoever reads it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
