/** What protects browsers: headers, and no requests that another site makes in a user's name. */
import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { Env } from './declare.ts'
import { docsStyle } from './docs-page.ts'
import { Refusal } from './problem.ts'

/** Scripts and styles come from this service alone, none stands in the page, and no other site frames it. */
export function headers({ https }: { readonly https: boolean }): MiddlewareHandler<Env> {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      // The page of the API has its few styles in itself.
      styleSrc: ["'self'", docsStyle],
      // Components of the web app write widths and positions as attributes.
      styleSrcAttr: ["'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    referrerPolicy: 'same-origin',
    strictTransportSecurity: https ? 'max-age=31536000; includeSubDomains' : false,
    crossOriginOpenerPolicy: 'same-origin',
    crossOriginResourcePolicy: 'same-origin',
    permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
  })
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A request that changes something and may carry a session comes from a page of this service: browsers say so in
 * `Origin`, which no page can forge. A request with a token needs none: browsers add no tokens by themselves.
 * `origin`: of the service as people reach it; undefined when it goes by any name.
 */
export function sameOrigin(origin: string | undefined): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (safe.has(c.req.method) || c.req.header('authorization') !== undefined) return next()
    const from = c.req.header('origin')
    if (from === undefined) {
      // Not a browser, or an old one: then without the cookies of one.
      if (c.req.header('cookie') === undefined) return next()
    } else if (from === origin || URL.parse(from)?.host === c.req.header('host')) {
      return next()
    }
    throw new Refusal(403, 'the request comes from another site', {
      cure:
        origin === undefined
          ? 'behind a proxy, tell the service where people reach it (SLUICE_PUBLIC_URL)'
          : `open ${origin}, or use an API token`,
    })
  }
}
