/** What the environment says of a command's options, for a command that begins another one. */
import { Command, type Option } from 'commander'

/** Values by the names of the options, as the command itself would be given them. */
export function fromEnvironment(options: readonly Option[]): Readonly<Record<string, unknown>> {
  const command = new Command()
  for (const option of options) command.addOption(option)
  return command.parse([], { from: 'user' }).opts()
}
