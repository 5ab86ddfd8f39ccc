import { ConfigError } from '../core/errors.ts'
import { proxyOf, type WireError } from './transport.ts'

/** The error for a host that was never reached: most likely a mistake in the settings, not bad weather. */
export function unreachable(error: WireError, apiBase: string): ConfigError {
  const { host, hostname } = new URL(apiBase)
  if (error.problem === 'tls') {
    return new ConfigError(`no secure connection to ${host} (${error.code})`, {
      cure: "check the address of Stripe's API; behind a proxy with its own certificate set NODE_EXTRA_CA_CERTS",
      option: '--api-base',
      cause: error,
    })
  }
  const proxy = proxyOf(apiBase)
  if (proxy !== undefined) {
    return new ConfigError(`cannot connect to ${host} through the proxy ${proxy} (${error.code})`, {
      cure: 'check HTTPS_PROXY, or name the host in NO_PROXY if it is to be reached directly',
      cause: error,
    })
  }
  const notFound = error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN'
  const what = notFound ? `host not found: ${hostname}` : `cannot connect to ${host}`
  return new ConfigError(`${what} (${error.code})`, {
    cure: `check the address of Stripe's API (now ${apiBase}) and this machine's network`,
    option: '--api-base',
    cause: error,
  })
}
