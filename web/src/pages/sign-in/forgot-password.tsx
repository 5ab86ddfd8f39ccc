import { Button, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { forgotPassword, sessionQuery } from '../../api/session.ts'
import { EmailField } from '../../fields/email-field.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import classes from './entrance.module.css'
import { Entrance } from './entrance.tsx'

/** Asks for a link by e-mail, or says who helps where the service sends none. */
export function ForgotPassword() {
  const session = useQuery(sessionQuery)
  const [email, setEmail] = useState('')
  const [sent, setSent] = useState(false)
  const { busy, problem, submit } = useSubmit()
  const send = () =>
    submit(async () => {
      await forgotPassword(email)
      setSent(true)
    })
  return (
    <Entrance title="Forgot your password?" about="You get a link by e-mail, with which you set a new one.">
      {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
      {session.data && !session.data.mail ? (
        <TroubleNote
          tone="info"
          title="This service sends no e-mail"
          cure="Ask whoever runs it: they set a new password from its command line."
        />
      ) : sent ? (
        <TroubleNote tone="info" title="If there is such an account, the link is on its way" />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void send()
          }}
        >
          <Stack gap="sm">
            <EmailField autoFocus value={email} onChange={setEmail} />
            <Button type="submit" mt="xs" fullWidth loading={busy}>
              Send the link
            </Button>
          </Stack>
        </form>
      )}
      <p className={classes.below}>
        <Link to="/sign-in">Back to the sign-in</Link>
      </p>
    </Entrance>
  )
}
