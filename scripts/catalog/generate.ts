import { overrides } from '../../src/stripe/overrides.ts'
import { mergeCatalog } from '../../src/stripe/streams.ts'
import { buildCatalog } from './build.ts'
import { renderDescriptions } from './descriptions.ts'
import { renderGolden, renderJson } from './render.ts'

export interface GeneratedFile {
  /** Path below the root of the repository. */
  readonly file: string
  readonly text: string
}

/** The generated files, in memory; `root` is the repository's folder with a slash at its end. Takes about three seconds. */
export function generate(root: string): readonly GeneratedFile[] {
  const { catalog, descriptions } = buildCatalog(`${root}node_modules/stripe/esm`)
  return [
    { file: 'src/stripe/catalog.gen.json', text: renderJson(catalog) },
    { file: 'src/stripe/descriptions.gen.json', text: renderDescriptions(descriptions) },
    { file: 'test/golden/streams.txt', text: renderGolden(mergeCatalog(catalog, overrides)) },
  ]
}
