/** `acme.invoices` as `"acme"."invoices"`. */
export function quotedName(table: string): string {
  return table
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.')
}
