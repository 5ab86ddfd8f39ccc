/** Shows a run on stderr while it goes on: bars on a terminal, plain lines elsewhere. */
import { styleText } from 'node:util'
import { redact } from '../../app/redact.ts'
import type { RunEvent } from '../../core/model.ts'
import { frame, type Paint, totalLine } from './frame.ts'
import type { ProgressState } from './state.ts'
import { endLine } from './words.ts'

export interface Reporter extends AsyncDisposable {
  report(event: RunEvent): void
  /** A line for a person, whatever else is on the screen. */
  say(line: string): void
}

export interface ReporterOptions {
  readonly state: ProgressState
  readonly quiet: boolean
  readonly clock: () => number
  /** Never shown. */
  readonly secrets: readonly string[]
}

const framePause = 150
const heartbeat = 10_000

/** Dispose it before anything else is printed. */
export async function reporter(options: ReporterOptions): Promise<Reporter> {
  const screen = await (options.quiet
    ? silent
    : process.stderr.isTTY && process.env.TERM !== 'dumb'
      ? live(options)
      : plain(options))
  const tableOf = (stream: string) =>
    options.state.view(options.clock()).tables.find((table) => table.stream === stream)
  const say = (line: string) => screen.line(redact(line, options.secrets))
  let paused: string | undefined
  return {
    say,
    report(event) {
      options.state.apply(event)
      if (event.type === 'end' && !options.quiet) {
        const table = tableOf(event.end.stream)
        if (table?.status === 'paused') {
          // Many at once, and all for one reason.
          if (table.reason !== paused) say(`paused: ${table.reason}`)
          paused = table.reason
        } else if (table) say(endLine(table))
      } else if (event.type === 'account' && event.account.status === 'failed') {
        say(`${event.account.account}: ${event.account.reason ?? 'no table could be read'}`)
      } else if (event.type === 'log' && (event.level === 'error' || event.level === 'warn')) {
        say(
          `${event.level === 'error' ? 'error' : 'warning'}: ${event.stream ? `${event.stream}: ` : ''}${event.message}`,
        )
      }
    },
    async [Symbol.asyncDispose]() {
      screen.end()
    },
  }
}

interface Screen {
  line(text: string): void
  end(): void
}

const silent: Screen = {
  line: (text) => void process.stderr.write(`${text}\n`),
  end: () => {},
}

/** A line per table at its end, and one now and then so that a silent hour is not mistaken for a hang. */
function plain({ state, clock }: ReporterOptions): Screen {
  const timer = setInterval(() => silent.line(totalLine(state.view(clock()))), heartbeat)
  return { line: silent.line, end: () => clearInterval(timer) }
}

async function live({ state, clock }: ReporterOptions): Promise<Screen> {
  const { createLogUpdate } = await import('log-update')
  const screen = createLogUpdate(process.stderr)
  const paint: Paint = (style, text) => styleText(style, text, { stream: process.stderr })
  const draw = () => {
    const { columns: width = 80, rows: height = 24 } = process.stderr
    screen(frame(state.view(clock()), { width, height }, paint).join('\n'))
  }
  const timer = setInterval(draw, framePause)
  return {
    line(text) {
      screen.clear()
      process.stderr.write(`${text}\n`)
      draw()
    },
    end() {
      clearInterval(timer)
      screen.clear()
      screen.done()
    },
  }
}
