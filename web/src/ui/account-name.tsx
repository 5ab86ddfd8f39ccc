/** An account in a table: its name, where it has one, and its id. */
export function AccountName({ id, name }: { readonly id: string; readonly name: string | null }) {
  return (
    <div>
      {name && <div>{name}</div>}
      <code>{id}</code>
    </div>
  )
}
