/** Channels as people ask for them. */
import { randomBytes } from 'node:crypto'
import * as store from '../../../store/alerts/channels.ts'
import { broke, transaction } from '../../../store/database.ts'
import { deleteSecret } from '../../../store/vault.ts'
import { FieldError, NotFoundError } from '../errors.ts'
import type { Channel, ChannelInput, ChannelMade, ChannelTest } from '../resources/alert.ts'
import { iso, troubleOf } from '../values.ts'
import type { AlertContext } from './context.ts'
import { send } from './send.ts'

/** What is sealed of a channel. */
export interface ChannelSecret {
  readonly url: string
  /** Of a webhook. */
  readonly signing?: string
}

/** By name. */
export async function listChannels({ service }: AlertContext): Promise<readonly Channel[]> {
  return (await store.channels(service.pool)).map(shown)
}

/** Seals the address. Throws `FieldError` for a name that is taken, and for e-mail where none is configured. */
export async function createChannel(ctx: AlertContext, input: ChannelInput): Promise<ChannelMade> {
  const { service } = ctx
  if (input.kind === 'email' && !ctx.mailer) {
    throw new FieldError('kind', 'this service sends no e-mail: no server for it is configured', {
      cure: 'start it with the address of a mail server, or choose another kind of channel',
    })
  }
  const signing = input.kind === 'webhook' ? `whsec_${randomBytes(32).toString('base64url')}` : undefined
  const row = {
    id: service.newId(),
    name: input.name,
    kind: input.kind,
    shown: input.kind === 'email' ? input.to.join(', ') : new URL(input.url).host,
    recipients: input.kind === 'email' ? input.to : null,
    created_at: new Date(service.clock()),
  }
  try {
    await transaction(service.pool, async (sql) => {
      const sealed: ChannelSecret | undefined =
        input.kind === 'email' ? undefined : { url: input.url, ...(signing ? { signing } : {}) }
      const secret = sealed ? await service.vault.put(sql, JSON.stringify(sealed)) : null
      await store.insertChannel(sql, { ...row, secret })
    })
  } catch (error) {
    if (!broke(error, 'alert_channels_name')) throw error
    throw new FieldError('name', `there is a channel called ${input.name} already`, {
      cure: 'choose another name',
      cause: error,
    })
  }
  return { ...shown({ ...row, secret: null }), signing_secret: signing ?? null }
}

/** With its rules. Throws `NotFoundError`. */
export async function deleteChannel({ service }: AlertContext, id: string): Promise<void> {
  await transaction(service.pool, async (sql) => {
    const row = await store.channelById(sql, id)
    if (!row) throw new NotFoundError('channel')
    await store.deleteChannel(sql, id)
    if (row.secret) await deleteSecret(sql, row.secret)
  })
}

/** Sends a message that says it is a test. What is wrong is in the answer. Throws `NotFoundError`. */
export async function testChannel(ctx: AlertContext, id: string): Promise<ChannelTest> {
  const { service } = ctx
  const row = await store.channelById(service.pool, id)
  if (!row) throw new NotFoundError('channel')
  try {
    await send(ctx, row, {
      id: service.newId(),
      event: 'test',
      state: 'happened',
      at: new Date(service.clock()).toISOString(),
      integration: null,
      run_id: null,
      verification_id: null,
      title: 'A test of the channel',
      details: [`Alerts that go to ${row.name} arrive here.`],
    })
    return { ok: true, trouble: null }
  } catch (error) {
    return { ok: false, trouble: troubleOf(error) }
  }
}

function shown({ id, name, kind, shown: address, created_at }: store.ChannelRow): Channel {
  return { id, name, kind, address, created_at: iso(created_at) }
}
