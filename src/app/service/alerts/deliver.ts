/** Takes a message from the queue and sends it. */
import { channelById } from '../../../store/alerts/channels.ts'
import { deliveryById, setDelivery } from '../../../store/alerts/deliveries.ts'
import type { AlertMessage } from '../resources/alert.ts'
import { troubleOf } from '../values.ts'
import type { AlertContext } from './context.ts'
import { send } from './send.ts'

/** Tries of one message; between the first and the last lie about five hours. */
export const mostTries = 12

/**
 * Sends it and writes down how that went. Throws when it is to be tried again, after a pause that the queue makes
 * longer each time; after the last try it says so in the operator's log instead.
 */
export async function deliver(ctx: AlertContext, id: string): Promise<void> {
  const { service } = ctx
  const row = await deliveryById(service.pool, id)
  const channel = row && (await channelById(service.pool, row.channel_id))
  // Deleted meanwhile, or sent by a worker that died before its job was done.
  if (!row || !channel || row.status !== 'queued') return
  const tries = row.tries + 1
  try {
    await send(ctx, channel, row.message as AlertMessage)
    await setDelivery(service.pool, id, {
      status: 'sent',
      tries,
      error: null,
      ended: new Date(service.clock()),
    })
  } catch (error) {
    const { message } = troubleOf(error)
    const isLast = tries >= mostTries
    const ended = isLast ? new Date(service.clock()) : null
    await setDelivery(service.pool, id, {
      status: isLast ? 'failed' : 'queued',
      tries,
      error: message,
      ended,
    })
    service.log(isLast ? 'error' : 'warn', `an alert could not be sent to ${channel.name}: ${message}`)
    if (!isLast) throw error
  }
}
