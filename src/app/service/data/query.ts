/** SQL on a warehouse, for who may see what stands in it. */
import { join } from 'node:path'
import { ConfigError } from '../../../core/errors.ts'
import type { ServiceContext } from '../context.ts'
import { addressOf } from '../destinations.ts'
import { FieldError } from '../errors.ts'
import type { QueryAnswer, QueryInput } from '../resources/data.ts'
import { ask } from './ask.ts'

/**
 * The first rows of one statement that only reads. Throws as `ask`, with what is wrong with the SQL said of that
 * field, and `NotFoundError`.
 */
export async function answer(
  ctx: ServiceContext,
  input: QueryInput,
  signal?: AbortSignal,
): Promise<QueryAnswer> {
  try {
    return await answerOf(ctx, input, signal)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new FieldError('sql', error.message, { cure: error.cure, cause: error })
  }
}

/** Throws as `ask`, and `NotFoundError`. */
export async function answerOf(
  ctx: ServiceContext,
  { destination_id, sql, limit }: QueryInput,
  signal?: AbortSignal,
): Promise<QueryAnswer> {
  const address = await addressOf(ctx, destination_id)
  const started = performance.now()
  const { columns, types, rows, more } = await ask(
    { address, sql, limit, workDir: join(ctx.workDir, 'queries') },
    signal,
  )
  return {
    columns: columns.map((name, at) => ({ name, type: types?.[at] ?? null })),
    rows: rows.map((row) => [...row]),
    more,
    seconds: Math.round(performance.now() - started) / 1_000,
    row_count: rows.length,
  }
}
