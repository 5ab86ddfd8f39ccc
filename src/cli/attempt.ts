import { failedSummary, printJson } from './json-line.ts'
import { settle } from './settle.ts'

export interface Attempt {
  readonly json: boolean
  readonly integration: string
  readonly secrets: readonly string[]
}

/** Does the work of a command; its error becomes a line, an exit code and, with `--json`, a failed summary. */
export async function attempt(options: Attempt, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const message = settle(error, options.secrets)
    if (options.json) {
      printJson(failedSummary(message, { integration: options.integration }), options.secrets)
    }
  }
}

/** What `attempt` needs of a command's values. */
export function attemptOf(values: Readonly<Record<string, unknown>>): Attempt {
  const { json, name, apiKey } = values
  return {
    json: json === true,
    integration: typeof name === 'string' ? name : '',
    secrets: typeof apiKey === 'string' ? [apiKey.trim()] : [],
  }
}
