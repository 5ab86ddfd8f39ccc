/**
 * Amazon S3 and what speaks its language (MinIO, Ceph, R2): `s3://bucket/prefix?endpoint=http://localhost:9000&region=…`.
 * Credentials come from where the AWS tools find them: environment, profile, role of the machine.
 */
import { createWriteStream } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ConfigError, TransientError } from '../../../core/errors.ts'
import { optional } from '../../../core/optional.ts'
import type { Address } from '../address.ts'
import type { StoreKind } from '../stores.ts'
import { bucketAndPrefix, integrationsBelow, type Objects, objectStore } from './object-store.ts'
import { networkCodes, retried } from './retry.ts'

/** Bytes of a part of a large upload; a file up to this size goes in one piece. */
const partSize = 16 * 1024 * 1024

export const s3: StoreKind = {
  settings: ['endpoint', 'region', 'profile'],
  open: async (address, options) =>
    objectStore(await objectsOf(address, options.signal), address.place, options),
  async integrations(address, signal) {
    const objects = await objectsOf(address, signal)
    return integrationsBelow(objects, address.place).finally(objects.close)
  },
}

async function objectsOf({ place, settings }: Address, signal: AbortSignal): Promise<Objects> {
  const aws = await optional(() => import('@aws-sdk/client-s3'), '@aws-sdk/client-s3', 's3://')
  const { bucket: Bucket } = bucketAndPrefix(place)
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env
  const endpoint = settings.get('endpoint')
  const profile = settings.get('profile')
  const client = new aws.S3Client({
    region: settings.get('region') ?? AWS_REGION ?? AWS_DEFAULT_REGION ?? 'us-east-1',
    followRegionRedirects: true,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(profile === undefined ? {} : { profile }),
    // Servers that only speak the language know no newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1,
  })
  const send = <T>(work: () => Promise<T>): Promise<T> =>
    retried(work, mayPass, signal).catch((error: unknown) => {
      throw explained(error, place)
    })

  async function uploadParts(Key: string, path: string) {
    const { UploadId } = await send(() => client.send(new aws.CreateMultipartUploadCommand({ Bucket, Key })))
    const file = await open(path)
    try {
      const parts: { PartNumber: number; ETag: string | undefined }[] = []
      for (;;) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(partSize), 0, partSize)
        if (bytesRead === 0) break
        const PartNumber = parts.length + 1
        const part = { Bucket, Key, UploadId, PartNumber, Body: buffer.subarray(0, bytesRead) }
        const { ETag } = await send(() => client.send(new aws.UploadPartCommand(part)))
        parts.push({ PartNumber, ETag })
      }
      const all = { Bucket, Key, UploadId, MultipartUpload: { Parts: parts } }
      await send(() => client.send(new aws.CompleteMultipartUploadCommand(all)))
    } catch (error) {
      // Else its parts would be paid for and never seen.
      await client.send(new aws.AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => {})
      throw error
    } finally {
      await file.close()
    }
  }

  return {
    async list(Prefix) {
      const keys: string[] = []
      let ContinuationToken: string | undefined
      do {
        const asked = { Bucket, Prefix, ...(ContinuationToken ? { ContinuationToken } : {}) }
        const page = await send(() => client.send(new aws.ListObjectsV2Command(asked)))
        keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []))
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken)
      return keys
    },
    read: (Key) =>
      send(async () => {
        try {
          const { Body } = await client.send(new aws.GetObjectCommand({ Bucket, Key }))
          return Buffer.from((await Body?.transformToByteArray()) ?? [])
        } catch (error) {
          if (nameOf(error) === 'NoSuchKey') return undefined
          throw error
        }
      }),
    put: (Key, Body, isNew) =>
      send(async () => {
        try {
          await client.send(
            new aws.PutObjectCommand({ Bucket, Key, Body, ...(isNew ? { IfNoneMatch: '*' } : {}) }),
          )
          return true
        } catch (error) {
          if (isNew && statusOf(error) === 412) return false
          throw error
        }
      }),
    async upload(Key, path) {
      if ((await stat(path)).size > partSize) return uploadParts(Key, path)
      const Body = await readFile(path)
      await send(() => client.send(new aws.PutObjectCommand({ Bucket, Key, Body })))
    },
    download: (Key, path) =>
      send(async () => {
        const { Body } = await client.send(new aws.GetObjectCommand({ Bucket, Key }))
        await pipeline(Body as Readable, createWriteStream(path))
      }),
    async remove(keys) {
      for (const Key of keys) await send(() => client.send(new aws.DeleteObjectCommand({ Bucket, Key })))
    },
    close: () => client.destroy(),
  }
}

const nameOf = (error: unknown) => (error as Error | undefined)?.name
const statusOf = (error: unknown) =>
  (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode ?? 0

function mayPass(error: unknown): boolean {
  const status = statusOf(error)
  // Of conditional writes at the same time the service asks all but one to try again.
  return status === 409 || status === 429 || status >= 500 || isNetwork(error)
}

const isNetwork = (error: unknown) =>
  networkCodes.has((error as NodeJS.ErrnoException).code) || nameOf(error) === 'TimeoutError'

function explained(error: unknown, place: string): unknown {
  const because = (message: string, cure: string) => new ConfigError(message, { cure, cause: error })
  const status = statusOf(error)
  const said = `${nameOf(error)}: ${(error as Error).message}`
  if (nameOf(error) === 'CredentialsProviderError') {
    return because(
      `no credentials for ${place}`,
      'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role',
    )
  }
  if (nameOf(error) === 'NoSuchBucket')
    return because(`${place}: there is no such bucket`, 'create it, or name another')
  if (status === 501) {
    return because(
      `${place} does not know a request that is needed (${said})`,
      'use a newer version of the storage',
    )
  }
  if (status === 401 || status === 403) {
    return because(
      `${place} may not be used with these credentials (${said})`,
      'allow s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on its objects',
    )
  }
  if (mayPass(error)) {
    return new TransientError(`${place} cannot be reached (${said})`, {
      cure: 'run again later',
      cause: error,
    })
  }
  return status === 0 ? error : because(`${place} refuses (${said})`, 'check bucket, region and endpoint')
}
