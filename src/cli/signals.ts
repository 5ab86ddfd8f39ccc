/** Ctrl-C and its kin: the first asks the work to stop where nothing is lost, the second ends the process. */

/** Why the work was aborted; what it throws when it is. */
export class Interrupted extends Error {
  readonly exitCode: number
  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`stopped by ${signal}`)
    this.name = 'Interrupted'
    this.exitCode = signal === 'SIGINT' ? 130 : 143
  }
}

export interface Interruptible extends Disposable {
  readonly signal: AbortSignal
}

/** Listens until disposed; `first` is called once, when the work is asked to stop. */
export function interruptible(first: () => void): Interruptible {
  const controller = new AbortController()
  const listen = (name: 'SIGINT' | 'SIGTERM') => () => {
    if (controller.signal.aborted) process.exit(name === 'SIGINT' ? 130 : 143)
    first()
    controller.abort(new Interrupted(name))
  }
  const listeners = { SIGINT: listen('SIGINT'), SIGTERM: listen('SIGTERM') }
  process.on('SIGINT', listeners.SIGINT)
  process.on('SIGTERM', listeners.SIGTERM)
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', listeners.SIGINT)
      process.off('SIGTERM', listeners.SIGTERM)
    },
  }
}

/** Does work that has nothing to save: the first signal ends it, with the signal's exit code. */
export async function uninterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  using interrupt = interruptible(() => {})
  try {
    await work(interrupt.signal)
  } catch (error) {
    if (!(interrupt.signal.reason instanceof Interrupted)) throw error
    process.stderr.write('sluice: stopped\n')
    process.exitCode = interrupt.signal.reason.exitCode
  }
}
