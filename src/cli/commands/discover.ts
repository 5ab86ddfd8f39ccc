import { runDiscover } from '../../app/discover.ts'
import { sourceSettings } from '../../app/settings.ts'
import { ConfigError } from '../../core/errors.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { columnsText, streamsText } from '../discover-text.ts'
import { printJson } from '../json-line.ts'
import { uninterrupted } from '../signals.ts'
import { warn } from '../warn.ts'

export async function discoverCommand(
  values: Readonly<Record<string, unknown>>,
  tables: string | undefined,
): Promise<void> {
  const options = attemptOf(values)
  await attempt(options, async () => {
    // Without a key there is the catalog alone.
    const source = options.secrets.some((key) => key !== '') ? sourceSettings(values) : undefined
    if (Array.isArray(source)) throw new ConfigError(source.join('; '))
    await uninterrupted(async (signal) => {
      const streams = await runDiscover(
        {
          workDir: '.sluice',
          warn,
          ...(source === undefined ? {} : { source }),
          ...(tables === undefined ? {} : { tables }),
        },
        signal,
      )
      const [only] = streams
      if (options.json) printJson({ streams }, options.secrets)
      else if (only && streams.length === 1) process.stdout.write(`${columnsText(only)}\n`)
      else process.stdout.write(`${streamsText(streams)}\n`)
    })
  })
}
