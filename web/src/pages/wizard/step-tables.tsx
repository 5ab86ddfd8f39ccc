import { useQuery } from '@tanstack/react-query'
import { streamsQuery } from '../../api/catalog.ts'
import { TablePicker } from '../../selection/table-picker.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Foot } from './foot.tsx'
import { useDraft } from './use-draft.tsx'

export function StepTables() {
  const { draft, change } = useDraft()
  const streams = useQuery(streamsQuery)
  return (
    <>
      <Panel flush>
        <Loaded of={streams}>
          {(all) => (
            <TablePicker
              streams={all}
              access={draft.check?.streams ?? []}
              value={draft.tables}
              onChange={(tables) => change({ tables })}
            />
          )}
        </Loaded>
      </Panel>
      <Foot step="tables" />
    </>
  )
}
