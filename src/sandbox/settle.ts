/** From options to accounts with their worlds. */
import { ConfigError } from '../core/errors.ts'
import type { Catalog } from '../stripe/catalog.ts'
import { catalog as standardCatalog } from '../stripe/streams.ts'
import { type Account, account } from './account.ts'
import type { Grant } from './auth.ts'
import type { Clock } from './clock.ts'
import type { ConnectedParts } from './connected.ts'
import type { Fault } from './faults.ts'
import { loadFiles } from './files.ts'
import { genericWorld } from './generic.ts'
import { joinWorlds } from './join-worlds.ts'
import type { EventHabits } from './mutate.ts'
import { type SandboxOptions, type SandboxSettings, sandboxOptions } from './options.ts'
import { usuallyUnavailable } from './unavailable.ts'
import type { SandboxObject, World } from './world.ts'

export interface StartOptions
  extends Omit<SandboxOptions, 'faults' | 'unavailable' | 'connected'>,
    Partial<EventHabits> {
  readonly faults?: string | readonly Fault[]
  readonly unavailable?: readonly string[]
  /** When given, no other key is accepted. */
  readonly keys?: Readonly<Record<string, Grant>>
  /** Milliseconds since 1970; the host's clock by default. */
  readonly clock?: () => number
  /** From 0 to 1, for the jitter. */
  readonly random?: () => number
  /** Instead of the made-up billing world. */
  readonly world?: World
  /** How many accounts are connected, or their worlds; an `account.id` is what Stripe-Account names. */
  readonly connected?: number | readonly World[]
  /** The version that events have, and answers to requests that name none; the catalog's by default. */
  readonly apiVersion?: string
  readonly catalog?: Catalog
  /** Told of what a folder held and what was left out, line by line; standard error by default. */
  readonly log?: (line: string) => void
}

export interface Settled {
  readonly settings: SandboxSettings
  readonly catalog: Catalog
  readonly main: Account
  /** What to make connected accounts of; connected.ts. */
  readonly connected: Pick<ConnectedParts, 'worlds' | 'count' | 'profileOf' | 'worldOf'> & {
    readonly accountOf: (world: World) => Account
  }
}

export async function settle(options: StartOptions, time: Clock): Promise<Settled> {
  const {
    keys: _,
    clock: __,
    random: ___,
    world,
    connected,
    apiVersion,
    catalog: given,
    log,
    ...rest
  } = options
  const { lateEvents: ____, lateEvery: _____, duplicateEvery: ______, ...plain } = rest
  const result = sandboxOptions.safeParse({
    port: 0,
    ...plain,
    ...(typeof connected === 'object' || connected === undefined ? {} : { connected }),
  })
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => [...path, message].join(': '))
    throw new ConfigError(`the sandbox's options: ${problems.join('; ')}`)
  }
  const settings = result.data
  const catalog = given ?? standardCatalog()
  const now = Math.floor(time.now() / 1000)

  const loaded = settings.load === undefined ? undefined : await loadFiles(settings.load, catalog, now)
  const tell = log ?? ((line: string) => process.stderr.write(`sandbox: ${line}\n`))
  for (const line of loaded?.report ?? []) tell(line)
  const base = world ?? loaded?.world ?? (await billing(settings, now))
  const missing = new Set(catalog.streams.map(({ name }) => name).filter((name) => !base.streams.has(name)))
  const worlds =
    settings.generic > 0
      ? [genericWorld(catalog, { count: settings.generic, now, account: base.account, streams: missing })]
      : []
  const shared = {
    clock: time,
    apiVersion: apiVersion ?? catalog.apiVersion,
    // A sandbox that makes up objects for every list, or has real ones, has every product enabled.
    unavailable:
      settings.unavailable ?? (settings.generic > 0 || loaded !== undefined ? [] : usuallyUnavailable),
    whole: loaded !== undefined,
  }
  const main = account(catalog, { ...shared, world: joinWorlds(base, ...worlds) })
  const seedOf = (number: number) => seedNumber(`${settings.seed}/connected/${number}`)
  const profileOf = (number: number): SandboxObject => ({
    ...base.account,
    id: `acct_1${seedOf(number).toString(36).padStart(7, '0')}Connected${number}`,
    business_profile: { ...(base.account.business_profile as object), name: `Connected ${number + 1}, Inc.` },
  })
  return {
    settings,
    catalog,
    main,
    connected: {
      worlds: typeof connected === 'object' ? connected : [],
      count: settings.connected,
      profileOf,
      worldOf: async (number) => {
        const profile = profileOf(number)
        const made = await billing({ seed: seedOf(number), scale: settings.scale }, now, profile.id)
        return { ...made, account: profile }
      },
      accountOf: (each) => account(catalog, { ...shared, world: each }),
    },
  }
}

/** Only loaded when it is served: real objects and tests do without. */
async function billing(
  { seed, scale }: Pick<SandboxSettings, 'seed' | 'scale'>,
  now: number,
  accountId?: string,
): Promise<World> {
  const { billingWorld } = await import('./billing/world.ts')
  return billingWorld({
    seed: seedNumber(seed),
    scale,
    now,
    ...(accountId === undefined ? {} : { accountId }),
  })
}

/** A number is itself, also as text; a word is hashed (FNV-1a). */
function seedNumber(seed: string | number): number {
  if (/^\d{1,15}$/.test(String(seed))) return Number(seed)
  let value = 0x811c9dc5
  for (const letter of String(seed)) {
    value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0
  }
  return value
}
