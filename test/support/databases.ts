/** Databases of one PostgreSQL server that this process starts when it first needs one. */
import { Client } from 'pg'
import { type Cluster, npmPrograms, startCluster } from './postgres.ts'

let cluster: Promise<Cluster> | undefined
let made = 0

/** The address of a database that is new and empty. */
export async function newDatabase(): Promise<string> {
  cluster ??= startCluster({ programs: npmPrograms() })
  const { url } = await cluster
  const database = `replica_${++made}`
  const client = new Client({ connectionString: url() })
  await client.connect()
  try {
    await client.query(`create database ${database}`)
  } finally {
    await client.end()
  }
  return url({ database })
}

/** Stops the server, if there is one: to be called when all who use it are done. */
export async function stopDatabases(): Promise<void> {
  const running = cluster
  cluster = undefined
  await (await running)?.[Symbol.asyncDispose]()
}
