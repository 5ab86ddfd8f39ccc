/** The sequence of manifests: reading the newest, adding the next, of which one writer's wins. */
import { randomBytes, randomUUID } from 'node:crypto'
import { ConfigError, FenceError } from '../../core/errors.ts'
import {
  type Fence,
  type Manifest,
  manifestName,
  manifestNumber,
  manifestPrefix,
  nothingOf,
} from './manifest.ts'
import type { Store } from './store.ts'

/** Older manifests are removed when so many more have come. */
const kept = 32

export interface Log {
  /** The newest manifest; undefined when there is none. Throws `ConfigError` when there is something else instead. */
  newest(): Promise<Manifest | undefined>
  /** Adds a manifest of a fence that is higher than all: who held one before loses it. */
  raiseFence(): Promise<Manifest>
  /**
   * Adds the manifest that follows `from`, which was the newest. Throws `FenceError` when it is not any more; then
   * nothing of it counts.
   */
  commit(from: Manifest, changes: Partial<Manifest>): Promise<Manifest>
  /** Throws `FenceError` unless `manifest` is the newest. */
  mustBeNewest(manifest: Manifest): Promise<void>
}

export interface LogOptions {
  readonly store: Store
  readonly integration: string
  /** Of the files; that of the manifest, when absent. */
  readonly format?: string
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

export function manifestLog({ store, integration, format, clock }: LogOptions): Log {
  async function newest(): Promise<Manifest | undefined> {
    for (;;) {
      const number = await newestNumber()
      if (number === undefined) {
        await refuseForeign()
        return undefined
      }
      const content = await store.read(manifestName(number))
      // Else it was removed between the two: there are newer ones.
      if (content) return checked(JSON.parse(content.toString('utf8')) as Manifest)
    }
  }

  async function newestNumber(): Promise<number | undefined> {
    const listed = await store.list(manifestPrefix)
    return listed.map(manifestNumber).findLast((number) => number !== undefined)
  }

  async function refuseForeign(): Promise<void> {
    const [found] = (await store.list('')).filter((name) => !name.startsWith('_tmp/'))
    if (found === undefined) return
    throw new ConfigError(`${store.root} has files that Sluice did not make, such as ${found}`, {
      cure: 'choose another name, or another place',
      option: '--name',
    })
  }

  function checked(manifest: Manifest): Manifest {
    if (manifest.sluice !== 1) {
      throw new ConfigError(`${store.root} was written by a newer Sluice`, {
        cure: 'use that, or a newer one',
      })
    }
    // Where upper and lower case are one, two names may lead to one folder.
    if (manifest.integration !== integration) {
      throw new ConfigError(`${store.root} is the place of an integration called ${manifest.integration}`, {
        cure: 'choose another name, or another place',
        option: '--name',
      })
    }
    if (format !== undefined && manifest.format !== format) {
      throw new ConfigError(`the files of ${store.root} are ${manifest.format}, not ${format}`, {
        cure: `write ?format=${manifest.format}, or choose another name`,
        option: '--name',
      })
    }
    return manifest
  }

  /** False when the number is taken by another's. */
  async function add(manifest: Manifest): Promise<boolean> {
    const name = manifestName(manifest.number)
    if (!(await store.putNew(name, `${JSON.stringify(manifest)}\n`))) {
      // An answer may have been lost after it was written.
      const there = await store.read(name)
      if (!there || (JSON.parse(there.toString('utf8')) as Manifest).commit !== manifest.commit) return false
    }
    // A number that was free because old manifests were removed: those who removed it are far ahead.
    return (await newestNumber()) === manifest.number
  }

  async function removeOld(newest: number): Promise<void> {
    if (newest % kept !== 0) return
    const listed = await store.list(manifestPrefix)
    const old = listed.filter((name) => (manifestNumber(name) ?? newest) < newest - kept)
    await store.remove(old)
  }

  const stamped = () => ({ commit: randomUUID(), at: new Date(clock()).toISOString() })

  return {
    newest,
    async raiseFence() {
      for (;;) {
        const before = await newest()
        const fence: Fence = { epoch: (before?.fence.epoch ?? 0) + 1, token: randomBytes(12).toString('hex') }
        const base = before ?? {
          ...({ sluice: 1, number: 0, integration, format: format ?? 'parquet' } as const),
          ...nothingOf,
        }
        const manifest = { ...base, ...stamped(), number: base.number + 1, fence }
        if (await add(manifest)) return manifest
      }
    },
    async commit(from, changes) {
      const manifest = { ...from, ...changes, ...stamped(), number: from.number + 1 }
      if (!(await add(manifest))) throw takenOver(integration)
      await removeOld(manifest.number)
      return manifest
    },
    async mustBeNewest({ number }) {
      const found = await newestNumber()
      if (found === number) return
      throw found === undefined
        ? new FenceError(`the manifests of ${integration} are gone: its files were removed while in use`)
        : takenOver(integration)
    },
  }
}

const takenOver = (integration: string) =>
  new FenceError(`another run of ${integration} has taken over this warehouse`)
