import type { Wanted } from '../../api/integrations.ts'
import type { Sort } from '../../ui/data-table.tsx'

export interface Choice {
  readonly text: string
  readonly state: 'any' | 'active' | 'pending' | 'paused' | 'trouble'
  readonly sort: Sort
}

export const atFirst: Choice = { text: '', state: 'any', sort: { by: 'name', down: false } }

/** The question to the service for what is chosen. */
export function wantedOf({ text, state, sort }: Choice): Wanted {
  return {
    q: text.trim(),
    ...(state === 'any' ? {} : state === 'trouble' ? { troubled: true } : { status: state }),
    order: sort.by as Wanted['order'],
    direction: sort.down ? 'down' : 'up',
  }
}
