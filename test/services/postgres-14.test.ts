import { conformsTo } from './old-postgres.ts'

await conformsTo('14.23.0-beta.17')
