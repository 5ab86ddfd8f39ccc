import { configSchema } from '../../app/service/config/file.ts'

/** Prints the JSON Schema of the file of `sluice apply`. */
export async function schemaCommand(): Promise<void> {
  process.stdout.write(configSchema())
}
