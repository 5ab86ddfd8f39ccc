/** Commands that concern people, for who has the machine. */
import { randomBytes } from 'node:crypto'
import { openAuth } from '../../app/service/people/auth.ts'
import { setPasswordOf } from '../../app/service/people/passwords.ts'
import { ConfigError } from '../../core/errors.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { withService } from '../service.ts'

/** Gives a user a new password, prints it, and signs the user out everywhere. */
export async function resetPasswordCommand(
  values: Readonly<Record<string, unknown>>,
  email: string | undefined,
): Promise<void> {
  await attempt(attemptOf(values), async () => {
    if (!email) throw new ConfigError('no user is named', { cure: 'give the e-mail address' })
    const password = randomBytes(12).toString('base64url')
    await withService(values, async (service) => {
      const auth = await openAuth(service, { secure: false })
      const people = { service, auth, mailer: undefined, url: () => '' }
      await setPasswordOf(people, email, password)
    })
    process.stdout.write(
      `The new password of ${email} is ${password}\nIt is shown this once: sign in with it, and change it.\n`,
    )
  })
}
