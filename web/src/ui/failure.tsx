import { Button } from '@mantine/core'
import { CloudOff, TriangleAlert } from 'lucide-react'
import { Problem, told } from '../api/problem.ts'
import { Empty } from './empty.tsx'

interface Props {
  readonly error: unknown
  readonly retry?: () => void
}

/** In place of what could not be read: what went wrong, what helps, and a way to ask again. */
export function Failure({ error, retry }: Props) {
  const problem = error instanceof Problem ? error : null
  return (
    <div role="alert">
      <Empty
        icon={problem?.offline ? CloudOff : TriangleAlert}
        title={told(error)}
        action={
          retry && (
            <Button variant="default" onClick={retry}>
              Try again
            </Button>
          )
        }
      >
        {problem?.cure}
      </Empty>
    </div>
  )
}
