/**
 * Rows under a header as aligned text, two blanks between columns. Numbers stand right.
 * `width` bounds a line: the last column is cut.
 */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? grouped(cell) : cell)))
  const widths = header.map((name, column) =>
    Math.max(name.length, ...texts.map((row) => row[column]?.length ?? 0)),
  )
  const numeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  )
  const line = (cells: readonly string[]) =>
    cut(
      cells
        .map((cell, column) => {
          const wide = widths[column] ?? 0
          return numeric[column] ? cell.padStart(wide) : cell.padEnd(wide)
        })
        .join('  ')
        .trimEnd(),
      width,
    )
  return [line(header), ...texts.map(line)].join('\n')
}

/** 1234567 → `1,234,567` */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}
