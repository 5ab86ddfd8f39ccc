/** Files in the other formats, and files that are put together all the time, keep all promises. */
import { usual } from '../../src/destinations/files/plan.ts'
import { conformance } from '../conformance/suite.ts'
import { place } from '../support/lake.ts'
import { wholeWay } from '../support/whole-way.ts'

conformance('files, jsonl', place('format=jsonl', usual))
conformance('files, csv', place('format=csv', usual))
// After nearly every load files are written anew, some this way and some that.
conformance('files, put together at once', place('grace=0', { many: 2, small: 4, share: 0.5 }))

for (const format of ['jsonl', 'csv']) wholeWay(format)
