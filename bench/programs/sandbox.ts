/** The sandbox in a process of its own; started and spoken to by bench/sandbox-process.ts. */
import { startSandbox } from '../../src/sandbox/server.ts'
import type { StartOptions } from '../../src/sandbox/settle.ts'
import type { FromSandbox, SandboxSize, ToSandbox } from '../sandbox-process.ts'

const { size, ...options } = JSON.parse(process.argv[2] ?? '{}') as StartOptions & { size: SandboxSize }
const sandbox = await startSandbox({ ...options, port: 0, scale: await scaleFor(size) })
const { world } = sandbox.account.store

process.on('message', (message: ToSandbox) => {
  if (message.ask === 'reset') sandbox.resetStats()
  const { user, system } = process.cpuUsage()
  send({
    id: message.id,
    stats: sandbox.stats(),
    cpuSeconds: (user + system) / 1e6,
    counts: Object.fromEntries((message.count ?? []).map((stream) => [stream, count(stream)])),
  })
})
process.on('disconnect', () => process.exit(0))
send({ id: 0, url: sandbox.url })

/** Customers for which the stream has about as many objects as asked for. */
async function scaleFor({ stream, objects }: SandboxSize): Promise<number> {
  let scale = 2_000
  // Nearly proportional, but for what every account has.
  for (let round = 0; round < 3; round++) {
    await using tried = await startSandbox({ ...options, port: 0, scale })
    const count = tried.account.store.world.count(stream)
    if (count === 0) throw new Error(`the sandbox has no ${stream}`)
    scale = Math.max(60, Math.round((scale * objects) / count))
  }
  return scale
}

/** Objects of a stream; those of a child stream under all its parents. */
function count(stream: string): number {
  const [name = '', parent] = stream.split('<')
  if (!world.streams.has(name)) throw new Error(`the sandbox has no ${name}`)
  if (parent === undefined) return world.count(name)
  let sum = 0
  for (let index = 0; index < world.count(parent); index++) {
    sum += world.children(name, world.id(parent, index)).length
  }
  return sum
}

function send(message: FromSandbox): void {
  process.send?.(message)
}
