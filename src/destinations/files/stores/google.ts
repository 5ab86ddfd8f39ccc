/**
 * Google Cloud Storage: `gs://bucket/prefix`. Access comes from the application default credentials: the file that
 * GOOGLE_APPLICATION_CREDENTIALS names, gcloud's login, or the account of the machine. STORAGE_EMULATOR_HOST, or
 * `endpoint` in the address, names an emulator, which is asked without credentials.
 */

import { stat } from 'node:fs/promises'
import type { Storage } from '@google-cloud/storage'
import { ConfigError, TransientError } from '../../../core/errors.ts'
import { optional } from '../../../core/optional.ts'
import type { Address } from '../address.ts'
import type { StoreKind } from '../stores.ts'
import { bucketAndPrefix, integrationsBelow, type Objects, objectStore } from './object-store.ts'
import { networkCodes, retried } from './retry.ts'

/** Bytes up to which a file goes up in one request; a larger one in a session, of which each part is answered. */
const onePart = 16 * 1024 * 1024

export const google: StoreKind = {
  settings: ['endpoint'],
  open: async (address, options) =>
    objectStore(await objectsOf(address, options.signal), address.place, options),
  async integrations(address, signal) {
    const objects = await objectsOf(address, signal)
    return integrationsBelow(objects, address.place).finally(objects.close)
  },
}

async function objectsOf(address: Address, signal: AbortSignal): Promise<Objects> {
  const { place } = address
  const { bucket: name } = bucketAndPrefix(place)
  const { storage, authorize } = await storageOf(address)
  const bucket = storage.bucket(name)
  const send = <T>(work: () => Promise<T>): Promise<T> =>
    retried(() => authorize().then(work), mayPass, signal).catch((error: unknown) => {
      throw explained(error, place)
    })
  /** A generation of 0 is that of an object that is not there. */
  const onlyNew = { preconditionOpts: { ifGenerationMatch: 0 } }
  return {
    async list(prefix) {
      const names: string[] = []
      let pageToken: string | undefined
      do {
        const asked = { prefix, autoPaginate: false, fields: 'items(name),nextPageToken' }
        const [files, next] = await send(() =>
          bucket.getFiles(pageToken === undefined ? asked : { ...asked, pageToken }),
        )
        names.push(...files.map((file) => file.name))
        pageToken = (next as { pageToken?: string } | null)?.pageToken
      } while (pageToken)
      return names
    },
    read: (key) =>
      send(async () => {
        try {
          const [content] = await bucket.file(key).download()
          return content
        } catch (error) {
          if (statusOf(error) === 404) return undefined
          throw error
        }
      }),
    put: (key, content, isNew) =>
      send(async () => {
        try {
          await bucket.file(key).save(content, { resumable: false, ...(isNew ? onlyNew : {}) })
          return true
        } catch (error) {
          if (isNew && statusOf(error) === 412) return false
          throw error
        }
      }),
    async upload(key, path) {
      const resumable = (await stat(path)).size > onePart
      await send(() => bucket.upload(path, { destination: key, resumable }))
    },
    async download(key, path) {
      await send(() => bucket.file(key).download({ destination: path }))
    },
    async remove(keys) {
      for (const key of keys) await send(() => bucket.file(key).delete({ ignoreNotFound: true }))
    },
    close() {},
  }
}

/** `authorize` finds credentials, once. Throws `ConfigError` when there are none. */
async function storageOf({ place, settings }: Address) {
  const gcs = await optional(() => import('@google-cloud/storage'), '@google-cloud/storage', 'gs://')
  const emulator = settings.get('endpoint') ?? (process.env.STORAGE_EMULATOR_HOST || undefined)
  const endpoint =
    emulator && (/^https?:\/\//.test(emulator) ? emulator : `http://${emulator}`).replace(/\/+$/, '')
  const storage: Storage = new gcs.Storage({
    // Attempts are ours to repeat, so that all stores wait alike.
    retryOptions: { autoRetry: false },
    ...(endpoint === undefined ? {} : { apiEndpoint: endpoint }),
  })
  // Where the variable is set, the library leaves the API's path out.
  if (endpoint !== undefined) storage.baseUrl = `${endpoint}/storage/v1`
  let found: Promise<unknown> | undefined = endpoint === undefined ? undefined : Promise.resolve()
  const authorize = (): Promise<unknown> => {
    found ??= storage.authClient.getClient().catch((error: Error) => {
      // Without any the library says where to read about them; of a wrong file it says what is wrong with it.
      const isNone = error.message.startsWith('Could not load the default credentials')
      throw new ConfigError(`no credentials for ${place}${isNone ? '' : `: ${error.message}`}`, {
        cure: 'set GOOGLE_APPLICATION_CREDENTIALS to the file of a service account, or run: gcloud auth application-default login',
        cause: error,
      })
    })
    return found
  }
  return { storage, authorize }
}

/** Of an answer: the library has it as `code`, or the library below it as `status`. */
function statusOf(error: unknown): number {
  const { code, status } = (error ?? {}) as { readonly code?: unknown; readonly status?: unknown }
  const found = [code, status].map(Number).find((number) => number >= 100 && number < 600)
  return found ?? 0
}

const codeOf = (error: unknown): string | undefined => {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? code : undefined
}

function mayPass(error: unknown): boolean {
  const status = statusOf(error)
  const isNetwork = networkCodes.has(codeOf(error) ?? 'none')
  return status === 408 || status === 429 || status >= 500 || isNetwork
}

function explained(error: unknown, place: string): unknown {
  if (error instanceof ConfigError) return error
  const because = (message: string, cure: string) => new ConfigError(message, { cure, cause: error })
  const status = statusOf(error)
  const said = `${status || codeOf(error)}: ${(error as Error).message.split('\n', 1)[0]}`
  if (status === 404) return because(`${place}: there is no such bucket`, 'create it, or name another')
  if (status === 401 || status === 403) {
    return because(
      `${place} may not be used with these credentials (${said})`,
      'give the account the role Storage Object User (roles/storage.objectUser) on the bucket',
    )
  }
  if (mayPass(error)) {
    return new TransientError(`${place} cannot be reached (${said})`, {
      cure: 'run again later',
      cause: error,
    })
  }
  return status === 0 ? error : because(`${place} refuses (${said})`, 'check the bucket and the credentials')
}
