import { TextInput } from '@mantine/core'
import type { Integration } from '../../api/types.ts'
import { localTime } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import classes from './settings.module.css'

/** Name and history: they never change. */
export function FixedSettings({ one }: { readonly one: Integration }) {
  return (
    <Panel
      title="Fixed"
      about="The name is part of the tables' names, and the history of what they hold. For another one, make another integration."
    >
      <div className={classes.pair}>
        <TextInput label="Name" readOnly value={one.name} classNames={{ input: 'mono' }} />
        <TextInput
          label="History"
          readOnly
          value={one.since ? `since ${localTime(Date.parse(one.since))}` : 'all of it'}
        />
      </div>
    </Panel>
  )
}
