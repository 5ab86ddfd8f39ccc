/** Commands that work on the store of the service, beside a server that may run on it. */
import type { ServiceContext } from '../app/service/context.ts'
import { openService } from '../app/service/open.ts'
import { warn } from './warn.ts'

/** Opens the store of `--data-dir` or `--database-url`, and closes it when the work is done. */
export async function withService(
  values: Readonly<Record<string, unknown>>,
  work: (ctx: ServiceContext) => Promise<void>,
): Promise<void> {
  await using service = await openService({
    ...storeOf(values),
    masterKey: process.env.SLUICE_MASTER_KEY,
    migrate: false,
    connections: 2,
    log: (level, message) => {
      if (level !== 'info') warn(message)
    },
  })
  await work(service.ctx)
}

const defaultDataDir = './sluice-data'

/** What `--data-dir` and `--database-url` say. */
export function storeOf({ dataDir, databaseUrl }: Readonly<Record<string, unknown>>) {
  return {
    dataDir: typeof dataDir === 'string' ? dataDir : defaultDataDir,
    databaseUrl: typeof databaseUrl === 'string' ? databaseUrl : undefined,
  }
}
