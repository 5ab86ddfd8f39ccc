import { conformsTo } from './old-postgres.ts'

await conformsTo('13.23.0-beta.16')
