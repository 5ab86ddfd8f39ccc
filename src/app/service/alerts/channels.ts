/** Channels as people ask for them. */
import { randomBytes } from 'node:crypto'
import * as store from '../../../store/alerts/channels.ts'
import { broke } from '../../../store/database.ts'
import { deleteSecret } from '../../../store/vault.ts'
import { FieldError, NotFoundError } from '../errors.ts'
import { change } from '../people/deed.ts'
import type { Channel, ChannelEdit, ChannelInput, ChannelMade, ChannelTest } from '../resources/alert.ts'
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
  await nameOnce(input.name, () =>
    change(service.pool, async (sql, about) => {
      about(row)
      const sealed: ChannelSecret | undefined =
        input.kind === 'email' ? undefined : { url: input.url, ...(signing ? { signing } : {}) }
      const secret = sealed ? await service.vault.put(sql, JSON.stringify(sealed)) : null
      await store.insertChannel(sql, { ...row, secret })
    }),
  )
  return { ...shown({ ...row, secret: null }), signing_secret: signing ?? null }
}

async function nameOnce(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!broke(error, 'alert_channels_name')) throw error
    throw new FieldError('name', `there is a channel called ${name} already`, {
      cure: 'choose another name',
      cause: error,
    })
  }
}

/** Messages on their way go by it, too. Throws `FieldError` for what its kind does not have, `NotFoundError`. */
export async function editChannel(ctx: AlertContext, id: string, edit: ChannelEdit): Promise<Channel> {
  const { service } = ctx
  const { to, url } = edit
  await nameOnce(edit.name ?? '', () =>
    change(service.pool, async (sql, about) => {
      const row = await store.channelById(sql, id)
      if (!row) throw new NotFoundError('channel')
      about(row)
      const wrong = row.kind === 'email' ? (url === undefined ? undefined : 'url') : to && 'to'
      if (wrong) throw new FieldError(wrong, `a channel of the kind ${row.kind} has none`)
      await store.updateChannel(sql, {
        id,
        name: edit.name ?? row.name,
        shown: to?.join(', ') ?? (url === undefined ? row.shown : new URL(url).host),
        recipients: to ?? row.recipients,
        secret: row.secret,
      })
      if (url === undefined || row.secret === null) return
      const sealed = JSON.parse(await service.vault.get(sql, row.secret)) as ChannelSecret
      await service.vault.replace(sql, row.secret, JSON.stringify({ ...sealed, url }))
    }),
  )
  const row = await store.channelById(service.pool, id)
  if (!row) throw new NotFoundError('channel')
  return shown(row)
}

/** With its rules. Throws `NotFoundError`. */
export async function deleteChannel({ service }: AlertContext, id: string): Promise<void> {
  await change(service.pool, async (sql, about) => {
    const row = await store.channelById(sql, id)
    if (!row) throw new NotFoundError('channel')
    about(row)
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
