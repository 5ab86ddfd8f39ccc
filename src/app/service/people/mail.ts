/** E-mail, where the operator configured a server for it. */
import { createTransport } from 'nodemailer'
import { ConfigError } from '../../../core/errors.ts'

export interface Letter {
  readonly to: string
  readonly subject: string
  readonly text: string
}

export interface Mailer {
  /** Throws when the server does not take it. */
  send(letter: Letter): Promise<void>
}

export interface MailOptions {
  /** `smtp://user:password@host:587`, `smtps://…`. */
  readonly smtpUrl: string
  readonly from: string
}

/** Milliseconds. */
const patience = 15_000

/** Throws `ConfigError`, without the password, for an address that is none. */
export function openMailer({ smtpUrl, from }: MailOptions): Mailer {
  const { protocol, hostname } = URL.parse(smtpUrl) ?? {}
  if ((protocol !== 'smtp:' && protocol !== 'smtps:') || !hostname) {
    throw new ConfigError('the address of the mail server is none', {
      cure: 'write smtp://user:password@host:587 or smtps://user:password@host',
    })
  }
  const transport = createTransport(
    { url: smtpUrl, connectionTimeout: patience, greetingTimeout: patience, socketTimeout: patience },
    { from },
  )
  return {
    async send({ to, subject, text }) {
      await transport.sendMail({ to, subject, text })
    },
  }
}
