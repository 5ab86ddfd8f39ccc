/** What the use cases of people work with. */
import type { ServiceContext } from '../context.ts'
import type { Auth } from './auth.ts'
import type { Mailer } from './mail.ts'

export interface PeopleContext {
  readonly service: ServiceContext
  readonly auth: Auth
  /** Absent where no server for e-mail is configured. */
  readonly mailer: Mailer | undefined
  /** Where this service is reached by people: `https://sluice.example.com`. */
  readonly url: () => string
}
