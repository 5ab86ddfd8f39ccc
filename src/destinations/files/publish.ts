/**
 * What other engines follow, made anew after each load: the views of all tables for DuckDB, and for each table the
 * list of its files, as Athena, Trino, Redshift and BigQuery take it. docs/files.md.
 */
import { quoted } from '../naming.ts'
import type { Format } from './formats.ts'
import type { Manifest } from './manifest.ts'
import type { Store } from './store.ts'
import { filesOf, viewSql } from './views.ts'

/** `before` is what was published last; of tables that have the same files since, the list stays. */
export async function publish(
  store: Store,
  manifest: Manifest,
  before: Manifest | undefined,
  format: Format,
): Promise<void> {
  const at = (file: string) => `${store.root}/${file}`
  for (const table of manifest.tables) {
    const files = filesOf(manifest, table).map(({ file }) => file)
    const old = before && filesOf(before, table).map(({ file }) => file)
    if (old && old.join('\n') === files.join('\n')) continue
    await store.put(
      `${table.folder}/_symlink_format_manifest/manifest`,
      files.map((file) => `${at(file)}\n`).join(''),
    )
  }
  const views = manifest.tables.map((table) =>
    viewSql(
      manifest.integration,
      table,
      filesOf(manifest, table).map((entry) => ({ entry, path: at(entry.file) })),
      format,
    ),
  )
  const lines = [
    `-- Views of the files of ${manifest.integration} for DuckDB, as of ${manifest.at}; each load makes them anew.`,
    `create schema if not exists ${quoted(manifest.integration)}`,
    ...views,
  ]
  await store.put('views.sql', `${lines[0]}\n${lines.slice(1).join(';\n')};\n`)
}
