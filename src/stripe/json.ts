/**
 * JSON without loss. A number that a double cannot hold exactly, such as an integer beyond 2^53, becomes a
 * `JSON.rawJSON` value: an object `{rawJSON: '9007199254740993'}` that `JSON.stringify` writes back as
 * the same digits. Whoever reads fields of parsed objects must expect such values where numbers may stand;
 * `rawNumber` recognises them.
 */

/** ECMAScript's "JSON.parse source text access", in Node since 21; not yet in TypeScript's library. */
interface SourceTextJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown
  rawJSON(text: string): object
  isRawJSON(value: unknown): value is { readonly rawJSON: string }
}
const json = JSON as unknown as SourceTextJson

/** Digits and dots in a row from which on a number may not fit a double: 15 significant digits always do. */
const run = 16
const digitOrDot = (code: number) => (code >= 48 && code <= 57) || code === 46
/** What can stand before the digits of a number; a quote or a letter means a string. Empty at the text's start. */
const beforeNumber = /^[:,[\-\s]?$/
/** Beyond 1e308; only at the end of a token, so that ids hardly ever match. */
const hugeExponent = /\d[eE]\+?[3-9]\d\d[,}\]\s]/

/**
 * Whether the text may have a number that a double cannot hold. Finds every such number, and some strings:
 * those only cost time. A run of 16 covers one position in every 16, so few characters are looked at.
 */
function mayLose(text: string): boolean {
  for (let position = run - 1; position < text.length; position += run) {
    if (!digitOrDot(text.charCodeAt(position))) continue
    let start = position
    while (digitOrDot(text.charCodeAt(start - 1))) start--
    let end = position + 1
    while (digitOrDot(text.charCodeAt(end))) end++
    if (end - start >= run && beforeNumber.test(text.charAt(start - 1))) return true
    position = end
  }
  return hugeExponent.test(text)
}

function exact(value: number, source: string): boolean {
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value)
  if (!Number.isFinite(value)) return false
  if (String(value) === source) return true
  const digits = source
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '')
  return digits.length <= 15
}

/** Parses JSON; numbers that would change come as raw JSON. Throws `SyntaxError`. */
export function parseJson(text: string): unknown {
  if (!mayLose(text)) return JSON.parse(text)
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && !exact(value, source) ? json.rawJSON(source) : value,
  )
}

/** The digits of a number that a double cannot hold, exactly as Stripe sent them; undefined for any other value. */
export function rawNumber(value: unknown): string | undefined {
  return json.isRawJSON(value) ? value.rawJSON : undefined
}
