import { ActionIcon, CopyButton, TextInput } from '@mantine/core'
import { Check, Copy } from 'lucide-react'

interface Props {
  readonly label: string
  readonly value: string
}

/** Text to take away. */
export function CopyField({ label, value }: Props) {
  return (
    <TextInput
      label={label}
      readOnly
      value={value}
      classNames={{ input: 'mono' }}
      onFocus={(event) => event.currentTarget.select()}
      rightSection={
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <ActionIcon onClick={copy} aria-label={copied ? 'Copied' : `Copy: ${label}`}>
              {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
            </ActionIcon>
          )}
        </CopyButton>
      }
    />
  )
}
