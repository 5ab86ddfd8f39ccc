import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { applyConfig } from '../../app/service/config/apply.ts'
import { ConfigError } from '../../core/errors.ts'
import { applyText, doneText } from '../apply-text.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { printJson } from '../json-line.ts'
import { withService } from '../service.ts'

type Values = Readonly<Record<string, unknown>>

/** Makes the service's integrations and warehouses as a file says, or says what that would do. */
export async function applyCommand(values: Values): Promise<void> {
  const options = attemptOf(values)
  await attempt(options, async () => {
    const file = typeof values.file === 'string' ? values.file : 'sluice.yaml'
    const text = await contentOf(file)
    const dryRun = values.dryRun === true
    await withService(values, async (ctx) => {
      const steps = await applyConfig(ctx, {
        text,
        name: file === '-' ? 'stdin' : file,
        references: {
          env: process.env,
          folder: file === '-' ? process.cwd() : dirname(resolve(file)),
          inline: values.allowInlineSecrets === true,
        },
        prune: values.prune === true,
        dryRun,
        done: (step) => process.stderr.write(`${doneText(step)}\n`),
      })
      if (options.json) printJson({ dry_run: dryRun, steps })
      else process.stdout.write(`${applyText(steps, { dryRun, prune: values.prune === true })}\n`)
    })
  })
}

async function contentOf(file: string): Promise<string> {
  if (file === '-') return readAll(process.stdin)
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(`${file} cannot be read: ${code ?? 'it is no file'}`, {
      cure: 'name the file with -f, or make one with sluice export',
    })
  }
}
