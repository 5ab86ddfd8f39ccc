/** Where the web app's built files are; in a checkout they are built when they are missing or older than their sources. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../core/errors.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The folder. `tell` is called before something that takes a while. Throws `ConfigError` when it cannot be built. */
export async function builtWeb(tell: (what: string) => void): Promise<string> {
  const folder = `${root}dist/web`
  const script = `${root}scripts/build-web.ts`
  if (!existsSync(script)) return folder
  if (!existsSync(folder)) tell('building the web app, once')
  const child = spawn(process.execPath, [script, '--if-stale'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const said: Buffer[] = []
  child.stderr.on('data', (part: Buffer) => said.push(part))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === 0) return folder
  throw new ConfigError(`the web app could not be built: ${Buffer.concat(said).toString().trim()}`, {
    cure: 'run npm run build:web to see why, or start without the web app',
  })
}
