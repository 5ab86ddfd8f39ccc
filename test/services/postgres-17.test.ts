import { conformsTo } from './old-postgres.ts'

await conformsTo('17.10.0-beta.17')
