/** How rows become a file, and a file rows: one entry per format. */
export interface Format {
  readonly name: string
  readonly extension: string
  /** What stands in `copy … to '…' (…)`. */
  readonly copy: string
}

/**
 * Row groups are about as big as a load: an engine that looks for some rows skips the others, and a writer keeps
 * no more than one in memory.
 */
const parquet: Format = {
  name: 'parquet',
  extension: 'parquet',
  copy: 'format parquet, compression zstd, row_group_size 20480',
}

export const formats: Readonly<Record<string, Format>> = { parquet }
