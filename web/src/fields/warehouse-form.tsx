import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { createDestination, editDestination, testAddress } from '../api/destinations.ts'
import type { Destination } from '../api/types.ts'
import { TroubleNote } from '../ui/trouble-note.tsx'
import { useSubmit } from '../ui/use-submit.ts'
import { TestResult } from './test-result.tsx'
import { kindOf, kinds } from './warehouse-kinds.ts'

interface Props {
  readonly name?: string
  readonly address?: string
  /** Of one that is there already, and is changed. */
  readonly id?: string
  readonly onDone: (made: Destination) => void
  readonly onCancel?: () => void
}

/** A warehouse's name and address. It is tested first; what fails the test is not taken. */
export function WarehouseForm(props: Props) {
  const [kind, setKind] = useState(kindOf(props.address ?? '').value)
  const [name, setName] = useState(props.name ?? '')
  const [address, setAddress] = useState(props.address ?? kindOf('').example)
  const test = useMutation({ mutationFn: testAddress })
  const { busy, problem, submit } = useSubmit()
  const client = useQueryClient()
  const known = kinds.find(({ value }) => value === kind)

  const save = () =>
    submit(async () => {
      const tested = await test.mutateAsync(address)
      if (!tested.ok) return
      const input = { name, address }
      const made = await (props.id ? editDestination(props.id, input) : createDestination(input))
      await client.invalidateQueries({ queryKey: ['destinations'] })
      props.onDone(made)
    })

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Stack gap="md" maw={560}>
        <Select
          label="Kind"
          data={kinds.map(({ value, label }) => ({ value, label }))}
          value={kind}
          onChange={(value) => {
            const next = kinds.find((one) => one.value === value)
            if (!next) return
            setKind(next.value)
            setAddress(next.example)
            test.reset()
          }}
        />
        <TextInput
          label="Name"
          required
          maxLength={80}
          placeholder="Production"
          value={name}
          error={problem?.fields.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Address"
          description={known?.about}
          required
          spellCheck={false}
          autoComplete="off"
          classNames={{ input: 'mono' }}
          value={address}
          error={problem?.fields.address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
        <TestResult test={test} />
        <Group gap="sm">
          <Button type="submit" loading={busy}>
            {props.id ? 'Test and save' : 'Test and add'}
          </Button>
          {props.onCancel && (
            <Button variant="default" onClick={props.onCancel}>
              Cancel
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}
