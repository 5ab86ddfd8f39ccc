/**
 * How often something is done that is another each time: random loads, kills at some moment. Seldom where everybody waits
 * for it, often in `npm run test:services`.
 */
export const times = (usually: number, thoroughly: number): number =>
  process.env.SLUICE_THOROUGH === '1' ? thoroughly : usually
