const keyShape = /\b(sk|rk|pk|whsec|ek)_(?:(live|test)_)?[A-Za-z0-9_]{6,}/g

/** A password in an address: `scheme://user:password@host`, `?password=…`. */
const passwordShapes = [
  /([a-z][a-z0-9+.-]*:\/\/[^\s/?#:@"]*):[^\s/?#"]*@/gi,
  /([?&]password=)[^\s&"]*/gi,
] as const

/** The text with everything that looks like an API key or a password in an address, and every given secret, blotted out. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text
  for (const secret of secrets) if (secret.length >= 6) clean = clean.replaceAll(secret, '[key]')
  const [inUser, inQuery] = passwordShapes
  clean = clean.replace(inUser, '$1:…@').replace(inQuery, '$1…')
  return clean.replace(keyShape, (_, kind: string, mode?: string) => `${kind}_${mode ? `${mode}_` : ''}…`)
}
