import { wholeWay } from '../support/whole-way.ts'

wholeWay('parquet')
