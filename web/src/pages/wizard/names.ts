const pattern = /^[A-Za-z][A-Za-z0-9_]{0,39}$/

/** Why a name can't be an integration's, or null. */
export function nameTrouble(name: string): string | null {
  if (name === '') return 'A name is needed'
  if (!/^[A-Za-z]/.test(name)) return 'A name starts with a letter'
  if (name.length > 40) return 'A name is at most 40 characters long'
  return pattern.test(name) ? null : 'A name is letters, digits and underscores'
}
