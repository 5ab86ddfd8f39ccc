/** Revisions as entity tags: nobody overwrites what they have not seen. */
import { Refusal } from './problem.ts'

export function etagOf({ revision }: { readonly revision: number }): string {
  return `"${revision}"`
}

/**
 * The revision that `If-Match` names; undefined when it is absent or `*`. Throws `Refusal` (412) when what is there
 * has another one; that it is still so when it is written is for the use case to see.
 */
export async function seenRevision(
  header: string | undefined,
  current: () => Promise<{ readonly revision: number }>,
): Promise<number | undefined> {
  if (header === undefined || header.trim() === '*') return undefined
  const { revision } = await current()
  // Weak where a proxy, or we ourselves, compressed the answer it came with; it names the revision all the same.
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (tags.includes(etagOf({ revision }))) return revision
  throw new Refusal(412, `it was changed meanwhile: its revision is ${revision}`, {
    cure: 'read it again, and repeat the change if it still makes sense',
  })
}
