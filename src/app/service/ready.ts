import type { ServiceContext } from './context.ts'

/** Milliseconds. */
const patience = 2_000

/** Why the service cannot work now, in one line; undefined when it can. */
export async function ready({ pool }: ServiceContext): Promise<string | undefined> {
  const late = new Promise<string>((resolve) => {
    setTimeout(resolve, patience, 'the store does not answer').unref()
  })
  const asked = pool.query('select 1').then(
    () => undefined,
    () => 'the store cannot be reached',
  )
  return Promise.race([asked, late])
}
