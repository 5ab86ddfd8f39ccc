import { Button, PasswordInput, Stack } from '@mantine/core'
import { useState } from 'react'
import { changePassword } from '../../api/me.ts'
import { NewPassword } from '../../fields/new-password.tsx'
import { notifyDone } from '../../ui/notify.ts'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { useSubmit } from '../../ui/use-submit.ts'

export function PasswordForm() {
  const [current, setCurrent] = useState('')
  const [wanted, setWanted] = useState('')
  const { busy, problem, submit } = useSubmit()
  const save = () =>
    submit(async () => {
      await changePassword({ current_password: current, new_password: wanted })
      setCurrent('')
      setWanted('')
      notifyDone('The password is changed; all other sessions are ended')
    })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
      <Stack gap="sm" maw={360}>
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          required
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <NewPassword label="New password" value={wanted} onChange={setWanted} />
        <div>
          <Button type="submit" variant="default" loading={busy}>
            Change the password
          </Button>
        </div>
      </Stack>
    </form>
  )
}
