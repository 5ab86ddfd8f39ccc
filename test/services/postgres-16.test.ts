import { conformsTo } from './old-postgres.ts'

await conformsTo('16.14.0-beta.17')
