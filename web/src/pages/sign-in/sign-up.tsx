import { Button, Stack, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { told } from '../../api/problem.ts'
import { sessionQuery, showInvitation, signUp } from '../../api/session.ts'
import { EmailField } from '../../fields/email-field.tsx'
import { NewPassword } from '../../fields/new-password.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import { Entrance } from './entrance.tsx'

/** The first account of a fresh installation, the administrator's; or that of somebody who was invited. */
export function SignUp() {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const { busy, problem, submit } = useSubmit()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { invitation = '' } = useSearch({ from: '/sign-up' })
  const invited = useQuery({
    queryKey: ['invitation', invitation],
    queryFn: () => showInvitation(invitation),
    enabled: invitation !== '',
    staleTime: Number.POSITIVE_INFINITY,
  })
  const address = invited.data?.email ?? email

  const enter = () =>
    submit(async () => {
      await signUp({ name, email: address, password, ...(invitation ? { invitation } : {}) })
      client.clear()
      await client.fetchQuery({ ...sessionQuery, staleTime: 0 })
      await navigate({ to: '/' })
    })

  return (
    <Entrance
      title="Welcome to Sluice"
      about={
        invitation
          ? `You are invited${invited.data ? ` as ${invited.data.role}` : ''}. Choose a name and a password.`
          : 'This installation is new. The first account is its administrator, who invites everybody else.'
      }
    >
      {invited.error && <TroubleNote title={told(invited.error)} cure="Ask for a new invitation" />}
      {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void enter()
        }}
      >
        <Stack gap="sm">
          <TextInput
            label="Name"
            name="name"
            autoComplete="name"
            required
            autoFocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <EmailField value={address} onChange={invitation === '' ? setEmail : undefined} />
          <NewPassword label="Password" value={password} onChange={setPassword} />
          <Button type="submit" mt="xs" fullWidth loading={busy}>
            {invitation ? 'Create the account' : "Create the administrator's account"}
          </Button>
        </Stack>
      </form>
    </Entrance>
  )
}
