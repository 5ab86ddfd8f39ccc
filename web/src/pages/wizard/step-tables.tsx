import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { streamsQuery } from '../../api/catalog.ts'
import { coreTables } from '../../selection/choose.ts'
import { TablePicker } from '../../selection/table-picker.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EstimateButton } from './estimate-button.tsx'
import { Foot } from './foot.tsx'
import { useDraft } from './use-draft.tsx'
import classes from './wizard.module.css'

/** The tables; at first the core ones that the key may read are chosen. */
export function StepTables() {
  const { draft, change } = useDraft()
  const streams = useQuery(streamsQuery)
  const access = draft.check?.streams ?? []
  useEffect(() => {
    if (draft.tables === null && streams.data)
      change({ tables: coreTables(streams.data, draft.check?.streams ?? []) })
  }, [draft.tables, draft.check, streams.data, change])
  return (
    <>
      <p className={classes.lead}>
        Chosen to begin with are the core tables, those of them that the key may read. Tables can be added and
        left out later, too.
      </p>
      <Panel flush>
        <Loaded of={streams}>
          {(all) => (
            <TablePicker
              streams={all}
              access={access}
              estimates={draft.estimates}
              actions={<EstimateButton streams={all} />}
              value={draft.tables ?? []}
              onChange={(tables) => change({ tables })}
            />
          )}
        </Loaded>
      </Panel>
      <Foot step="tables" />
    </>
  )
}
