import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { destinationsQuery } from '../../api/destinations.ts'
import { WarehouseForm } from '../../fields/warehouse-form.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Foot } from './foot.tsx'
import { useDraft } from './use-draft.tsx'
import { WarehouseChoice } from './warehouse-choice.tsx'

/** Where the data goes: a warehouse that is known, or a new one, tested before it is taken. */
export function StepWarehouse() {
  const { draft, change } = useDraft()
  const warehouses = useQuery(destinationsQuery)
  const [adding, setAdding] = useState(false)
  const none = warehouses.data?.length === 0
  return (
    <>
      <Panel
        title="Where to"
        actions={
          !none &&
          !adding && (
            <Button
              variant="default"
              leftSection={<Plus size={14} aria-hidden />}
              onClick={() => setAdding(true)}
            >
              Add a warehouse
            </Button>
          )
        }
      >
        <Loaded of={warehouses}>
          {(all) => (
            <>
              {all.length > 0 && !adding && (
                <WarehouseChoice
                  all={all}
                  chosen={draft.destination_id}
                  onChoose={(destination_id) => change({ destination_id })}
                />
              )}
              {(all.length === 0 || adding) && (
                <WarehouseForm
                  {...(all.length === 0
                    ? { address: 'duckdb:./warehouse.duckdb', name: 'Local DuckDB' }
                    : { onCancel: () => setAdding(false) })}
                  onDone={({ id }) => {
                    setAdding(false)
                    change({ destination_id: id })
                  }}
                />
              )}
            </>
          )}
        </Loaded>
      </Panel>
      <Foot step="warehouse" />
    </>
  )
}
