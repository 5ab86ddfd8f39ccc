import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { Empty } from '../ui/empty.tsx'
import { Page } from '../ui/page.tsx'

export function NotFound() {
  return (
    <main>
      <Page title="Not found">
        <Empty
          icon={Compass}
          title="There is no such page"
          action={
            <Button component={Link} to="/" variant="default">
              To the integrations
            </Button>
          }
        >
          What it showed may have been deleted, or the address is not complete.
        </Empty>
      </Page>
    </main>
  )
}
