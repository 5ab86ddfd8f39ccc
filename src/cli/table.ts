/**
 * Rows under a header as aligned text, two blanks between columns. Columns of numbers stand right.
 * `width` bounds a line: what is too much is cut.
 */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? grouped(cell) : cell)))
  const columns = header.map((name, column) => {
    const cells = texts.map((row) => row[column] ?? '')
    return {
      wide: Math.max(name.length, ...cells.map((cell) => cell.length)),
      numeric: cells.some((cell) => cell !== '') && cells.every((cell) => /^(-?[\d,.]+)?$/.test(cell)),
    }
  })
  const line = (cells: readonly string[]) =>
    cut(
      cells
        .map((cell, column) => {
          const { wide = 0, numeric = false } = columns[column] ?? {}
          return numeric ? cell.padStart(wide) : cell.padEnd(wide)
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
