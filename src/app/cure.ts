/** What to do about an error, as the command line says it: with the option that is meant. */
export function cureWithOption({
  cure,
  option,
}: {
  readonly cure: string | undefined
  readonly option?: string | undefined
}): string | undefined {
  return cure === undefined || option === undefined ? cure : `${cure} (${option})`
}
