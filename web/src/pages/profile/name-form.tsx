import { Button, Group, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { changeName } from '../../api/me.ts'
import { notifyDone } from '../../ui/notify.ts'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { useSubmit } from '../../ui/use-submit.ts'

export function NameForm({ name }: { readonly name: string }) {
  const [value, setValue] = useState(name)
  const { busy, problem, submit } = useSubmit()
  const client = useQueryClient()
  const save = () =>
    submit(async () => {
      await changeName(value.trim())
      await client.invalidateQueries({ queryKey: ['session'] })
      notifyDone('The name is changed')
    })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
      <Group align="flex-end" gap="sm">
        <TextInput
          label="Shown to the others"
          autoComplete="name"
          required
          maxLength={80}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={busy} disabled={value.trim() === name}>
          Save
        </Button>
      </Group>
    </form>
  )
}
