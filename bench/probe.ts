/**
 * Loaded into a measured process before its program (`node --import`): writes what it used, as one JSON
 * object, to the file that `SLUICE_BENCH_PROBE` names, when it ends. A killed process leaves no file.
 * `SLUICE_BENCH_AHEAD` moves its time of day on by so many seconds, as the sandbox's was.
 */
import { readFileSync, writeFileSync } from 'node:fs'

export interface Usage {
  /** From the start of the process to its end. */
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakMb: number
  /** Seconds since the start, resident MB, CPU seconds so far. */
  readonly samples: readonly (readonly [at: number, mb: number, cpu: number])[]
}

const ahead = Number(process.env.SLUICE_BENCH_AHEAD ?? 0) * 1000
if (ahead > 0) {
  const now = Date.now
  Date.now = () => now() + ahead
}

const file = process.env.SLUICE_BENCH_PROBE
const everyMs = 500

if (file !== undefined) {
  const samples: [number, number, number][] = []
  const cpu = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  }
  const sample = () => {
    samples.push([round(process.uptime()), Math.round(process.memoryUsage.rss() / 1024 / 1024), round(cpu())])
  }
  setInterval(sample, everyMs).unref()
  process.on('exit', () => {
    sample()
    const usage: Usage = { seconds: process.uptime(), cpuSeconds: cpu(), peakMb: peakMb(), samples }
    writeFileSync(file, JSON.stringify(usage))
  })
}

/** The kernel's high-water mark of this program; `maxRSS` would also count the one that started it. */
function peakMb(): number {
  try {
    const [, kb] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    if (kb !== undefined) return Number(kb) / 1024
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS / 1024
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
