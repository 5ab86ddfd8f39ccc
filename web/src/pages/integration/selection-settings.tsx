import { Button, Radio, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { streamsQuery } from '../../api/catalog.ts'
import type { Integration, Selection } from '../../api/types.ts'
import { FieldsByTable } from '../../selection/fields-by-table.tsx'
import { TablePicker } from '../../selection/table-picker.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import classes from './settings.module.css'
import { useEdit } from './use-edit.ts'

/** Tables and fields. */
export function SelectionSettings({ one }: { readonly one: Integration }) {
  const [selection, setSelection] = useState<Selection>(one.selection)
  const streams = useQuery(streamsQuery)
  const { busy, problem, save } = useEdit(one)
  const setTables = (tables: Selection['tables'] | readonly Selection['tables'][number][]) =>
    setSelection({ ...selection, tables: [...tables] })
  const changed = JSON.stringify(selection) !== JSON.stringify(one.selection)
  return (
    <Panel
      title="Tables and fields"
      about="What is no longer selected is no longer filled; its table and columns stay in the warehouse."
      flush
    >
      <Tabs defaultValue="tables">
        <Tabs.List px="md">
          <Tabs.Tab value="tables">Tables</Tabs.Tab>
          <Tabs.Tab value="fields">Fields</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="tables" mah={520} style={{ overflow: 'auto' }}>
          <Loaded of={streams}>
            {(all) => <TablePicker streams={all} access={[]} value={selection.tables} onChange={setTables} />}
          </Loaded>
        </Tabs.Panel>
        <Tabs.Panel value="fields">
          <FieldsByTable value={selection.tables} onChange={setTables} />
        </Tabs.Panel>
      </Tabs>
      <div className={classes.actions} style={{ display: 'block' }}>
        <Radio.Group
          label="A field that is selected later"
          value={selection.new_fields}
          onChange={(value) =>
            setSelection({ ...selection, new_fields: value === 'reload' ? 'reload' : 'from_now' })
          }
        >
          <Radio
            mt="xs"
            size="xs"
            value="reload"
            label="is filled for all rows: its table is read whole again"
          />
          <Radio mt="xs" size="xs" value="from_now" label="is filled from now on, as rows change" />
        </Radio.Group>
      </div>
      <div className={classes.actions}>
        <Button
          loading={busy}
          disabled={!changed || selection.tables.length === 0}
          onClick={() => void save({ selection })}
        >
          Save tables and fields
        </Button>
        {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
      </div>
    </Panel>
  )
}
