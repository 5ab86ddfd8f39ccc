/** Names of streams, from paths. */

/** `invoices` → `invoice`, `capabilities` → `capability`. Only ever asked for names of collections. */
export function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  return word.endsWith('s') ? word.slice(0, -1) : word
}

const isParameter = (segment: string | undefined) => segment?.startsWith('{') === true

/** Segments after `/v1/` joined by `_`, the one before an id in the singular: `/v1/invoices/{id}/lines` → `invoice_lines`. */
export function streamName(path: string): string {
  const segments = path.split('/').slice(2)
  return segments
    .map((segment, at) => (isParameter(segments[at + 1]) ? singular(segment) : segment))
    .filter((segment) => !isParameter(segment))
    .join('_')
}

/** The stream that a path's id belongs to: `/v1/checkout/sessions/{id}/line_items` → `checkout_sessions`. */
export function pathParent(path: string): string | undefined {
  const at = path.indexOf('/{')
  return at < 0 ? undefined : streamName(path.slice(0, at))
}

/**
 * What a list holds, from the doc comment of its method: the first sentence as plain text, without the words
 * that say it is a list, at most 200 characters. "Returns a list of your coupons. The …" → "Coupons".
 */
export function firstSentence(doc: string): string {
  const text = plainText(doc)
  const sentence = text.match(/^.*?[.!?](?=\s|$)(?<!\b(?:e\.g|i\.e|etc)\.)/)?.[0] ?? text
  const plain = sentence
    .trim()
    .replace(/^When retrieving (an? .*?), .*/, 'Items of $1')
    .replace(/^(By default, )?(returns|retrieves?|lists?|you can list|you can see)\s+/i, '')
    .replace(/^(an?|the|all)\s+/i, '')
    .replace(/^(full )?list of\s+/i, '')
    .replace(/^(an?|the|all|your|existing)\s+/i, '')
    .replace(/^(the|your)\s+/i, '')
    .replace(/\.$/, '')
  const whole = plain.charAt(0).toUpperCase() + plain.slice(1)
  return whole.length <= 200 ? whole : `${whole.slice(0, 199).replace(/\s+\S*$/, '')}…`
}

/** Without the marks of links, HTML and code. */
export function plainText(doc: string): string {
  return doc
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/<\/?[a-z][^>]*>/gi, '')
    .replaceAll('`', '')
}
