import type { DestinationRow } from '../../../store/destinations.ts'
import { redact } from '../../redact.ts'
import type { ServiceContext } from '../context.ts'
import { createDestination, editDestination, givenAddressOf, kindOfAddress } from '../destinations.ts'
import type { DestinationInput } from '../resources/destination.ts'
import { difference } from './difference.ts'
import type { Change, PlannedStep } from './plan.ts'

/** Throws `FieldError` for an address that is none. */
export async function planDestination(
  ctx: ServiceContext,
  wanted: DestinationInput,
  before: DestinationRow | undefined,
): Promise<PlannedStep> {
  const { name } = wanted
  await kindOfAddress(wanted.address)
  if (!before) {
    const changes = [{ field: 'address', before: null, after: redact(wanted.address) }]
    const carryOut = async () => void (await createDestination(ctx, wanted))
    return { object: 'destination', name, action: 'create', changes, carryOut }
  }
  const address = await givenAddressOf(ctx, before.id)
  const changes: readonly Change[] = [
    ...difference('name', before.name, name),
    ...(address === wanted.address
      ? []
      : before.address_shown === redact(wanted.address)
        ? [{ field: 'address', before: 'the password of before', after: 'another password' }]
        : difference('address', before.address_shown, redact(wanted.address))),
  ]
  const carryOut = async () => void (await editDestination(ctx, before.id, wanted))
  return changes.length === 0
    ? { object: 'destination', name, action: 'none', changes, carryOut: async () => {} }
    : { object: 'destination', name, action: 'change', changes, carryOut }
}
