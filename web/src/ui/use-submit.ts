import { useState } from 'react'
import { Problem, told } from '../api/problem.ts'

/** Does what a form asks for: one at a time, with what went wrong beside it. */
export function useSubmit() {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  async function submit(work: () => Promise<void>): Promise<void> {
    if (busy) return
    setBusy(true)
    setProblem(null)
    try {
      await work()
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(500, told(error)))
    } finally {
      setBusy(false)
    }
  }
  return { busy, problem, submit, clear: () => setProblem(null) }
}
