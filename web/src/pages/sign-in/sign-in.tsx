import { Button, PasswordInput, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { sessionQuery, signIn } from '../../api/session.ts'
import { EmailField } from '../../fields/email-field.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import classes from './entrance.module.css'
import { Entrance } from './entrance.tsx'

export function SignIn() {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const { busy, problem, submit } = useSubmit()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { next } = useSearch({ from: '/sign-in' })

  const enter = () =>
    submit(async () => {
      await signIn({ email, password })
      client.clear()
      await client.fetchQuery({ ...sessionQuery, staleTime: 0 })
      await navigate({ to: next ?? '/' })
    })

  return (
    <Entrance title="Sign in" about="To the replication of your Stripe data.">
      {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void enter()
        }}
      >
        <Stack gap="sm">
          <EmailField autoFocus value={email} onChange={setEmail} />
          <PasswordInput
            label="Password"
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" mt="xs" fullWidth loading={busy}>
            Sign in
          </Button>
        </Stack>
      </form>
      <p className={classes.below}>
        <Link to="/forgot-password">Forgot your password?</Link>
      </p>
    </Entrance>
  )
}
