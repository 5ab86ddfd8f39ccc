import { Button, Stack } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { resetPassword } from '../../api/session.ts'
import { NewPassword } from '../../fields/new-password.tsx'
import { notifyDone } from '../../ui/notify.ts'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import { Entrance } from './entrance.tsx'

/** Where the link of a letter leads: its token, in the address or behind its #, is good for one new password. */
export function ResetPassword() {
  const { token = new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '' } = useSearch({
    from: '/reset-password',
  })
  const [password, setPassword] = useState('')
  const { busy, problem, submit } = useSubmit()
  const navigate = useNavigate()
  const save = () =>
    submit(async () => {
      await resetPassword(token, password)
      notifyDone('The password is changed; sign in with it')
      await navigate({ to: '/sign-in' })
    })
  return (
    <Entrance title="A new password" about="All your sessions end.">
      {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Stack gap="sm">
          <NewPassword label="New password" autoFocus value={password} onChange={setPassword} />
          <Button type="submit" mt="xs" fullWidth loading={busy}>
            Set the password
          </Button>
        </Stack>
      </form>
    </Entrance>
  )
}
