/** What an object of the billing world costs: `bin/with-node bench/billing-world.ts [customers] [objects per stream]`. */
import { billingWorld } from '../src/sandbox/billing/world.ts'

const scale = Number(process.argv[2] ?? 1_000_000)
const objects = Number(process.argv[3] ?? 3000)
const world = billingWorld({ seed: 1, scale, now: 1_790_000_000 })

const row = (...cells: readonly string[]) =>
  console.log(cells.map((cell, at) => (at === 0 ? cell.padEnd(24) : cell.padStart(14))).join(''))

row('stream', 'objects', 'µs/object', 'µs with JSON', 'bytes')
for (const stream of world.streams) {
  const count = world.count(stream)
  if (count === 0) continue
  const size = Math.min(count, objects)
  const measure = (use: (index: number) => number) => {
    let bytes = 0
    const started = performance.now()
    for (let i = 0; i < size; i++) bytes += use(Math.floor((i * count) / size))
    return { micros: ((performance.now() - started) * 1000) / size, bytes: bytes / size }
  }
  const make = (index: number) => world.object(stream, index).id.length
  const send = (index: number) => Buffer.byteLength(JSON.stringify(world.object(stream, index)))
  measure(make)
  const made = measure(make)
  const sent = measure(send)
  row(stream, `${count}`, made.micros.toFixed(1), sent.micros.toFixed(1), sent.bytes.toFixed(0))
}
