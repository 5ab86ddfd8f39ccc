const keyShape = /\b(sk|rk|pk|whsec|ek)_(?:(live|test)_)?[A-Za-z0-9_]{6,}/g

/** The text with everything that looks like an API key, and every given secret, blotted out. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text
  for (const secret of secrets) if (secret.length >= 6) clean = clean.replaceAll(secret, '[key]')
  return clean.replace(keyShape, (_, kind: string, mode?: string) => `${kind}_${mode ? `${mode}_` : ''}…`)
}
