/** An answer that is an error, in the JSON shape of Stripe's errors. */
export interface ErrorFields {
  readonly type?: 'invalid_request_error' | 'api_error' | 'rate_limit_error' | 'idempotency_error'
  readonly code?: string
  readonly param?: string
  readonly headers?: Readonly<Record<string, string>>
}

export class ApiError extends Error {
  readonly status: number
  readonly fields: ErrorFields
  constructor(status: number, message: string, fields: ErrorFields = {}) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.fields = fields
  }
  /** The body as Stripe writes it; `request_log_url` is left out since there is no dashboard behind it. */
  body(): string {
    const { type = 'invalid_request_error', code, param } = this.fields
    return JSON.stringify({
      error: {
        ...(code === undefined ? {} : { code, doc_url: `https://stripe.com/docs/error-codes/${code}` }),
        message: this.message,
        ...(param === undefined ? {} : { param }),
        type,
      },
    })
  }
}

/** 404 for a path, 400 for a parameter: `No such invoice: 'in_1'`. */
export function missing(object: string, id: string, param?: string): ApiError {
  return new ApiError(param === undefined || param === 'id' ? 404 : 400, `No such ${object}: '${id}'`, {
    code: 'resource_missing',
    param: param ?? 'id',
  })
}

export function unknownParameter(name: string): ApiError {
  return new ApiError(400, `Received unknown parameter: ${name}`, { code: 'parameter_unknown', param: name })
}

export function invalidParameter(name: string, message: string): ApiError {
  return new ApiError(400, message, { param: name })
}

export function unknownUrl(method: string, path: string): ApiError {
  return new ApiError(
    404,
    `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
  )
}

/** 429 with the header that says which limit was hit; source: docs.stripe.com/rate-limits. */
export function rateLimited(reason: string): ApiError {
  return new ApiError(
    429,
    'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
    { type: 'rate_limit_error', code: 'rate_limit', headers: { 'stripe-rate-limited-reason': reason } },
  )
}
