/** `files:./folder?format=parquet`, `s3://bucket/prefix?format=jsonl&memory=512MB`. */
import { ConfigError } from '../../core/errors.ts'
import { type Format, formats } from './formats.ts'

export interface Address {
  /** Without settings and, of a folder, without scheme. */
  readonly place: string
  readonly format: Format
  readonly memory: string
  readonly threads: number
  /** Milliseconds for which files are kept that no newer manifest names. */
  readonly grace: number
  /** Settings of the store. */
  readonly settings: ReadonlyMap<string, string>
}

/** Throws `ConfigError`. `known` are the store's own settings. */
export function parseAddress(address: string, known: readonly string[]): Address {
  const [place = '', query = ''] = address.replace(/^files:/i, '').split('?', 2)
  if (place === '' || place.includes('\0')) {
    throw new ConfigError(`${JSON.stringify(address)} names no folder`, { cure: 'write files:./folder' })
  }
  const given = new Map(new URLSearchParams(query))
  const ours = ['format', 'memory', 'threads', 'grace', ...known]
  const unknown = [...given.keys()].find((name) => !ours.includes(name))
  if (unknown !== undefined) {
    throw new ConfigError(`${address}: unknown setting ${unknown}`, { cure: `known are ${ours.join(', ')}` })
  }
  const { format = 'parquet', memory = '192MB', threads = '1', grace = '60' } = Object.fromEntries(given)
  const chosen = Object.hasOwn(formats, format) ? formats[format] : undefined
  if (!chosen) {
    throw new ConfigError(`${address}: there is no format ${format}`, {
      cure: `write format=${Object.keys(formats).join(', format=')}`,
    })
  }
  if (!/^\d+(\.\d+)?\s*[KMGT]i?B$/i.test(memory)) {
    throw new ConfigError(`${address}: ${memory} is no size`, { cure: 'write memory=256MB or memory=1GB' })
  }
  if (!/^[1-9]\d{0,2}$/.test(threads)) {
    throw new ConfigError(`${address}: ${threads} is no number of threads`, { cure: 'write threads=2' })
  }
  if (!/^\d{1,6}$/.test(grace)) {
    throw new ConfigError(`${address}: ${grace} is no number of minutes`, { cure: 'write grace=60' })
  }
  return {
    place,
    format: chosen,
    memory,
    threads: Number(threads),
    grace: Number(grace) * 60_000,
    settings: given,
  }
}
