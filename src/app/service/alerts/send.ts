/** Sends one message to one channel. */
import { ConfigError, TransientError } from '../../../core/errors.ts'
import type { ChannelRow } from '../../../store/alerts/channels.ts'
import type { AlertMessage } from '../resources/alert.ts'
import { signature } from '../signature.ts'
import type { ChannelSecret } from './channels.ts'
import type { AlertContext } from './context.ts'

/** Milliseconds. */
const patience = 10_000

/** Resolves when the other side has taken it. Throws `ConfigError` or `TransientError`, without the address. */
export async function send(ctx: AlertContext, channel: ChannelRow, message: AlertMessage): Promise<void> {
  const link = linkOf(ctx, message)
  if (channel.kind === 'email') return sendMail(ctx, channel.recipients ?? [], message, link)
  const secret = JSON.parse(
    await ctx.service.vault.get(ctx.service.pool, channel.secret ?? ''),
  ) as ChannelSecret
  if (channel.kind === 'slack') {
    return post(secret.url, JSON.stringify({ text: slackText(message, link) }))
  }
  const body = JSON.stringify({ ...message, link })
  const seconds = Math.floor(ctx.service.clock() / 1000)
  return post(secret.url, body, { 'sluice-signature': signature(secret.signing ?? '', body, seconds) })
}

function linkOf(ctx: AlertContext, { run_id, verification_id, integration }: AlertMessage): string | null {
  const base = ctx.url()?.replace(/\/$/, '')
  if (base === undefined || integration === null) return null
  if (verification_id) return `${base}/verifications/${verification_id}`
  return run_id === null ? `${base}/integrations/${integration.id}` : `${base}/runs/${run_id}`
}

async function sendMail(
  { mailer }: AlertContext,
  to: readonly string[],
  { title, details }: AlertMessage,
  link: string | null,
): Promise<void> {
  if (!mailer) {
    throw new ConfigError('no server for e-mail is configured', {
      cure: 'start the service with the address of a mail server',
    })
  }
  const text = [...details, ...(link ? ['', link] : [])].join('\n')
  try {
    await mailer.send({ to: to.join(', '), subject: `Sluice: ${title}`, text })
  } catch (error) {
    throw new TransientError('the mail server did not take the message', {
      cure: 'see the address of the mail server, its user and password',
      cause: error,
    })
  }
}

/** Slack takes &, < and > for its own. */
function slackText({ title, details }: AlertMessage, link: string | null): string {
  const plain = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const lines = details.map((line) => `• ${plain(line)}`)
  return [`*${plain(title)}*`, ...lines, ...(link ? [`<${link}|Open in Sluice>`] : [])].join('\n')
}

/** Redirects are not followed: what is signed goes where it was meant to. */
async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { host } = new URL(url)
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'sluice' },
    redirect: 'manual',
    signal: AbortSignal.timeout(patience),
  }).catch((error: unknown) => {
    const { cause } = error as { readonly cause?: { readonly code?: string } }
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    throw new TransientError(
      isLate
        ? `${host} did not answer within ${patience / 1000} seconds`
        : `${host} cannot be reached${cause?.code ? `: ${cause.code}` : ''}`,
      { cause: error },
    )
  })
  await response.body?.cancel()
  if (response.status >= 200 && response.status < 300) return
  throw new TransientError(`${host} answered with status ${response.status}`, {
    cure: 'see the address of the channel; make the channel anew when it has changed',
  })
}
