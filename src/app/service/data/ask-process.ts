/** The process of one query: the question comes as JSON on its input, the answer goes to its output. */
import { json } from 'node:stream/consumers'
import { ConfigError, TransientError } from '../../../core/errors.ts'
import type { QueryResult } from '../../../core/model.ts'
import { destinationFor } from '../../../destinations/registry.ts'
import type { Question, Said } from './ask.ts'

/** Bytes of JSON. */
const mostBytes = 16 * 1024 * 1024

async function answer({ address, sql, limit, workDir }: Question): Promise<Said> {
  try {
    const destination = await destinationFor(address)
    if (!destination.query) {
      return { config: `a ${destination.name} warehouse has no engine to answer queries` }
    }
    return { result: bounded(await destination.query(address, sql, { limit, workDir, confined: true })) }
  } catch (error) {
    if (error instanceof ConfigError) return { config: error.message, cure: error.cure }
    if (error instanceof TransientError) return { transient: error.message, cure: error.cure }
    throw error
  }
}

/** As many rows as fit. */
function bounded(result: QueryResult): QueryResult {
  let bytes = 0
  const over = result.rows.findIndex((row) => {
    bytes += JSON.stringify(row).length
    return bytes > mostBytes
  })
  return over < 0 ? result : { ...result, rows: result.rows.slice(0, over), more: true }
}

const said = await answer((await json(process.stdin)) as Question)
process.stdout.write(JSON.stringify(said))
