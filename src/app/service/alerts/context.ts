import type { ServiceContext } from '../context.ts'
import type { Mailer } from '../people/mail.ts'

/** What alerts are sent with. */
export interface AlertContext {
  readonly service: ServiceContext
  /** Absent where no server for e-mail is configured. */
  readonly mailer: Mailer | undefined
  /** Where people reach the service: `https://sluice.example.com`. Links lead there. */
  readonly url: () => string | undefined
}
