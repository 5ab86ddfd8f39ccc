import { useMutation } from '@tanstack/react-query'
import { Database } from 'lucide-react'
import { useEffect } from 'react'
import { testDestination } from '../../api/destinations.ts'
import type { Destination } from '../../api/types.ts'
import { TestResult } from '../../fields/test-result.tsx'
import { counted } from '../../ui/format.ts'
import classes from './warehouse-choice.module.css'

interface Props {
  readonly all: readonly Destination[]
  readonly chosen: string | null
  readonly onChoose: (id: string) => void
}

/** The known warehouses; what is chosen is tested on the spot. The only one is chosen already. */
export function WarehouseChoice({ all, chosen, onChoose }: Props) {
  const test = useMutation({ mutationFn: testDestination })
  const { mutate } = test
  const only = all.length === 1 ? all[0]?.id : undefined
  useEffect(() => {
    if (chosen === null && only !== undefined) onChoose(only)
  }, [chosen, only, onChoose])
  useEffect(() => {
    if (chosen !== null) mutate(chosen)
  }, [chosen, mutate])
  return (
    <fieldset className={classes.list}>
      <legend className="visually-hidden">Warehouse</legend>
      {all.map(({ id, name, address, integrations }) => (
        <label key={id} className={classes.row} data-on={id === chosen || undefined}>
          <input type="radio" name="warehouse" checked={id === chosen} onChange={() => onChoose(id)} />
          <Database size={16} aria-hidden />
          <span className={classes.text}>
            <b>{name}</b>
            <code>{address}</code>
          </span>
          <span className={classes.used}>
            {integrations === 0 ? 'not used yet' : counted(integrations, 'integration')}
          </span>
        </label>
      ))}
      {chosen !== null && <TestResult test={test} />}
    </fieldset>
  )
}
