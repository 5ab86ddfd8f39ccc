/** Entry of the command line. Heavy modules are imported by the command that needs them. */
import '../app/heap.ts'
import { CommanderError } from 'commander'
import { failedSummary, printJson } from './json-line.ts'
import { program, usageLine } from './program.ts'
import { settle } from './settle.ts'

// `--api-key` would stay readable in the process list for as long as the process lives.
process.title = 'sluice'

// `sluice discover | head` closes our output early: nobody listens, so there is nothing to complain about.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

// What nobody caught is a bug as well, and said in the same way.
process.on('uncaughtException', (error) => {
  const message = settle(error)
  if (process.argv.includes('--json')) printJson(failedSummary(message))
  process.exit(1)
})

try {
  await program().parseAsync(process.argv)
} catch (error) {
  if (!(error instanceof CommanderError)) {
    settle(error)
  } else if (error.exitCode === 0) {
    process.exitCode = 0
  } else {
    process.exitCode = 2
    if (process.argv.includes('--json')) printJson(failedSummary(usageLine(error.message)))
  }
}
