export type PageOf = readonly [name: string, path: string]

/** Every page, as an administrator finds it with an integration that has run. */
export function pagesOf(integration: string, run: string): readonly PageOf[] {
  const at = `/integrations/${integration}`
  return [
    ['integrations', '/'],
    ['wizard', '/integrations/new'],
    ['overview', at],
    ['tables', `${at}/tables`],
    ['schema', `${at}/schema`],
    ['runs', `${at}/runs`],
    ['logs', `${at}/logs`],
    ['data', `${at}/data`],
    ['verify', `${at}/verify`],
    ['settings', `${at}/settings`],
    ['run', `/runs/${run}`],
    ['warehouses', '/warehouses'],
    ['alerts', '/alerts'],
    ['users', '/users'],
    ['tokens', '/tokens'],
    ['audit', '/audit'],
    ['system', '/system'],
    ['profile', '/profile'],
    ['not-found', '/nowhere'],
  ]
}
