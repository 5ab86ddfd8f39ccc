/** What the default suite does seldom or not at all, since everybody waits for it, and `npm run test:services` does. */
import { type TestContext, type TestOptions, test } from 'node:test'

const isThorough = process.env.SLUICE_THOROUGH === '1'

/** How often something is done that is another each time: random loads, kills at some moment. */
export const times = (usually: number, thoroughly: number): number => (isThorough ? thoroughly : usually)

/** A test that takes seconds and shows in another way what a shorter one beside it shows, too. */
export function longTest(
  name: string,
  body: (context: TestContext) => Promise<void>,
  options: TestOptions = {},
): void {
  if (isThorough) void test(name, options, body)
}
