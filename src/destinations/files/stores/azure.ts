/**
 * Azure Blob Storage: `az://container/prefix?account=name`. Access comes from AZURE_STORAGE_CONNECTION_STRING, or
 * from AZURE_STORAGE_ACCOUNT with AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN.
 */
import type { ContainerClient } from '@azure/storage-blob'
import { ConfigError, TransientError } from '../../../core/errors.ts'
import { optional } from '../../../core/optional.ts'
import type { Address } from '../address.ts'
import type { StoreKind } from '../stores.ts'
import { bucketAndPrefix, integrationsBelow, type Objects, objectStore } from './object-store.ts'
import { networkCodes, retried } from './retry.ts'

export const azure: StoreKind = {
  settings: ['account', 'endpoint'],
  open: async (address, options) =>
    objectStore(await objectsOf(address, options.signal), address.place, options),
  async integrations(address, signal) {
    const objects = await objectsOf(address, signal)
    return integrationsBelow(objects, address.place).finally(objects.close)
  },
}

async function objectsOf(address: Address, signal: AbortSignal): Promise<Objects> {
  const { place } = address
  const container = await containerOf(address)
  const send = <T>(work: () => Promise<T>): Promise<T> =>
    retried(work, mayPass, signal).catch((error: unknown) => {
      throw explained(error, place)
    })
  return {
    list: (prefix) =>
      send(async () => {
        const names: string[] = []
        for await (const { name } of container.listBlobsFlat({ prefix })) names.push(name)
        return names
      }),
    read: (key) =>
      send(async () => {
        try {
          return await container.getBlobClient(key).downloadToBuffer()
        } catch (error) {
          if (codeOf(error) === 'BlobNotFound') return undefined
          throw error
        }
      }),
    put: (key, content, isNew) =>
      send(async () => {
        const conditions = isNew ? { conditions: { ifNoneMatch: '*' } } : {}
        try {
          await container.getBlockBlobClient(key).upload(content, Buffer.byteLength(content), conditions)
          return true
        } catch (error) {
          if (isNew && (codeOf(error) === 'BlobAlreadyExists' || statusOf(error) === 412)) return false
          throw error
        }
      }),
    async upload(key, path) {
      await send(() => container.getBlockBlobClient(key).uploadFile(path))
    },
    async download(key, path) {
      await send(() => container.getBlobClient(key).downloadToFile(path))
    },
    async remove(keys) {
      for (const key of keys) await send(() => container.getBlobClient(key).deleteIfExists())
    },
    close() {},
  }
}

async function containerOf({ place, settings }: Address): Promise<ContainerClient> {
  const azure = await optional(() => import('@azure/storage-blob'), '@azure/storage-blob', 'az://')
  const { bucket } = bucketAndPrefix(place)
  const { AZURE_STORAGE_CONNECTION_STRING: connection, AZURE_STORAGE_KEY: key } = process.env
  // Attempts are ours to repeat, so that all stores wait alike.
  const options = { retryOptions: { maxTries: 1 } }
  try {
    if (connection) {
      return azure.BlobServiceClient.fromConnectionString(connection, options).getContainerClient(bucket)
    }
    const account = settings.get('account') ?? process.env.AZURE_STORAGE_ACCOUNT
    const sas = process.env.AZURE_STORAGE_SAS_TOKEN
    if (account === undefined || (key === undefined && sas === undefined)) {
      throw new ConfigError(`no credentials for ${place}`, {
        cure: 'set AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT with AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN',
      })
    }
    const url = settings.get('endpoint') ?? `https://${account}.blob.core.windows.net`
    const service = key
      ? new azure.BlobServiceClient(url, new azure.StorageSharedKeyCredential(account, key), options)
      : new azure.BlobServiceClient(`${url}?${sas?.replace(/^\?/, '')}`, undefined, options)
    return service.getContainerClient(bucket)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError(`the credentials for ${place} cannot be used: ${(error as Error).message}`, {
      cure: 'copy them anew from the storage account, under "Access keys"',
      cause: error,
    })
  }
}

const statusOf = (error: unknown) => (error as { statusCode?: number } | undefined)?.statusCode ?? 0
const codeOf = (error: unknown) => (error as { code?: string } | undefined)?.code

function mayPass(error: unknown): boolean {
  const status = statusOf(error)
  return status === 429 || status >= 500 || networkCodes.has(codeOf(error))
}

function explained(error: unknown, place: string): unknown {
  if (error instanceof ConfigError) return error
  const because = (message: string, cure: string) => new ConfigError(message, { cure, cause: error })
  const said = `${statusOf(error)} ${codeOf(error)}`
  if (codeOf(error) === 'ContainerNotFound') {
    return because(`${place}: there is no such container`, 'create it, or name another')
  }
  if (statusOf(error) === 401 || statusOf(error) === 403) {
    return because(
      `${place} may not be used with these credentials (${said})`,
      'allow to read, write, list and delete blobs',
    )
  }
  if (mayPass(error)) {
    return new TransientError(`${place} cannot be reached (${said})`, {
      cure: 'run again later',
      cause: error,
    })
  }
  return error
}
