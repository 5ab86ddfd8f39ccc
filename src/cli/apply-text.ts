/** What `sluice apply` has done, or would do, for a person. */
import type { Step } from '../app/service/config/plan.ts'
import { counted } from './progress/words.ts'

const signs = { create: '+', change: '~', pause: '-', none: '=', left: '?' } as const
const done = { create: 'made', change: 'changed', pause: 'paused' } as const
const objects = { destination: 'warehouse', integration: 'integration' } as const

/** One line per thing, one more per field that differs, and a line for the whole. */
export function applyText(
  steps: readonly Step[],
  { dryRun, prune }: { dryRun: boolean; prune: boolean },
): string {
  const shown = dryRun ? steps : steps.filter(({ action }) => action === 'left')
  const lines = shown.flatMap((step) => [titleOf(step, prune), ...fieldsOf(step)])
  return [...lines, ...(lines.length > 0 ? [''] : []), summary(steps, dryRun)].join('\n')
}

/** `changed the integration acme`, when it is. */
export function doneText({ object, name, action }: Step): string {
  return action in done ? `${done[action as keyof typeof done]} the ${objects[object]} ${name}` : ''
}

function titleOf({ object, name, action }: Step, prune: boolean): string {
  const left =
    action !== 'left'
      ? ''
      : object === 'integration' && !prune
        ? ': not in the file, and left as it is (--prune pauses it)'
        : ': not in the file, and left as it is'
  return `${signs[action]} ${objects[object]} ${name}${left}`
}

function fieldsOf({ changes }: Step): readonly string[] {
  return changes.map(({ field, before, after }) =>
    before === null
      ? `    ${field}: ${after}`
      : after === null
        ? `    ${field}: ${before} → nothing`
        : `    ${field}: ${before} → ${after}`,
  )
}

function summary(steps: readonly Step[], dryRun: boolean): string {
  const number = (action: Step['action']) => steps.filter((step) => step.action === action).length
  const parts = (['create', 'change', 'pause'] as const).flatMap((action) =>
    number(action) > 0 ? [`${number(action)} ${dryRun ? `to ${action}` : done[action]}`] : [],
  )
  const same = `${counted(number('none'), 'thing')} as the file says`
  if (parts.length === 0) return `nothing to do: ${same}`
  return [...parts, ...(number('none') > 0 ? [same] : [])].join(', ')
}
