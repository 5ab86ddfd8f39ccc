/**
 * Where a plain reading of a list would be wrong or incomplete. One entry per stream, each with its reason;
 * `streams.ts` refuses an entry whose stream, parameter or field is no longer there.
 */
import type { CatalogParent, CatalogStream, Overridden } from './catalog.ts'

export interface Override extends Partial<Pick<CatalogStream, 'description' | Overridden>> {
  /** The trap, as a full sentence. */
  readonly why: string
  /** A parent that the declarations do not tell of. */
  readonly parent?: CatalogParent
  /** Events that carry the same kind of object, but one of another list: by the start of their types. */
  readonly foreignEvents?: readonly string[]
  /** Read with one cursor, although the list has a filter on time. */
  readonly walk?: true
}

const issuing = {
  why: 'An account without Issuing is refused with a 400 that has no code of its own.',
  unavailable: ['Your account is not set up to use Issuing'],
} as const satisfies Override

const identity = {
  why: 'An account without Identity is refused with a 400 that has no code of its own.',
  unavailable: ['Your account is not set up to use Identity'],
} as const satisfies Override

const secret = {
  why: 'Who has the client secret may complete or change what its payer began: a warehouse is no place for it.',
  withheld: ['client_secret'],
} as const satisfies Override

const treasury = {
  why: 'An account without Treasury is refused, or told that the address does not exist.',
  unavailable: ['Have you onboarded to Treasury', 'Unrecognized request URL (GET: /v1/treasury/'],
} as const satisfies Override

export const overrides: Readonly<Record<string, Override>> = {
  // ------------------------------------------------------------ lists that leave rows out by default
  subscriptions: {
    why: 'The list leaves out canceled subscriptions unless all are asked for; discounts have no list of their own.',
    description: 'Subscriptions, canceled ones too',
    fixed: { status: 'all' },
    expand: ['discounts'],
    gap: 'Subscriptions of test clocks are not listed.',
  },
  tax_registrations: {
    why: 'The list leaves out expired and scheduled registrations unless all are asked for.',
    fixed: { status: 'all' },
  },
  prices: {
    why: 'Documented to list active prices only; tiers and currency options come only when expanded.',
    description: 'Prices, active and archived',
    variants: [{ active: 'true' }, { active: 'false' }],
    expand: ['tiers', 'currency_options'],
    gap: 'Prices made inline (price_data) are never listed; those that rows refer to are read by id.',
    unlisted: true,
  },
  plans: {
    why: 'Tiers come only when expanded.',
    expand: ['tiers'],
  },
  customers: {
    why: 'Deleted customers and those of test clocks are left out, whatever is asked.',
    gap: 'Deleted customers are not listed, nor are customers of test clocks.',
  },
  quotes: {
    why: 'Quotes of test clocks are left out unless their clock or customer is asked for.',
    gap: 'Quotes of test clocks are not listed.',
  },
  subscription_schedules: {
    why: 'Schedules of test clocks are left out unless their customer is asked for.',
    gap: 'Schedules of test clocks are not listed.',
  },
  reviews: {
    why: 'The list has open reviews only, and takes no parameter for the others.',
    gap: 'Only open reviews are listed; closed ones are known from events, or read by id when a row refers to them.',
    unlisted: true,
  },
  tax_ids: {
    why: 'The list defaults to the account itself as owner; naming each customer would be customer_tax_ids.',
    gap: "The account's own tax ids; those of customers are in customer_tax_ids.",
  },
  payment_methods: {
    why: 'Without a customer the list has Treasury and unattached payment methods, in many accounts none at all.',
    gap: 'Payment methods of customers are in customer_payment_methods; detached ones are not listed, those that rows refer to are read by id.',
    unlisted: true,
  },
  accounts: {
    why: 'The list has the accounts connected to a platform, not the account whose key it is, nor accounts as sources.',
    foreignEvents: ['customer.source.'],
    gap: 'Connected accounts of a platform; empty for other accounts.',
  },

  account_external_accounts: {
    why: 'Cards and bank accounts are the sources of customers as well, and told of under that name.',
    foreignEvents: ['customer.source.'],
  },
  customer_sources: {
    why: 'Cards and bank accounts are the external accounts of accounts as well, and told of under that name. Sources have a client secret.',
    withheld: ['client_secret'],
    foreignEvents: ['account.'],
  },

  // ------------------------------------------------------------ fields that come only when asked for
  invoices: {
    why: 'Discounts have no list of their own: without expanding there are only their ids. Who has the confirmation secret may pay.',
    description: 'Invoices, drafts too',
    expand: ['discounts'],
    gap: 'Upcoming invoices are not stored by Stripe; deleted drafts vanish.',
    withheld: ['confirmation_secret'],
  },
  invoiceitems: {
    why: 'Discounts have no list of their own: without expanding there are only their ids.',
    expand: ['discounts'],
  },

  invoice_payments: {
    why: 'The declarations describe the list inside of an invoice, which is cut at ten; this is the complete one.',
    description: 'Payments of invoices, each with its payment intent or charge',
  },

  // ------------------------------------------------------------ fields that do not belong in a warehouse
  payment_intents: secret,
  setup_intents: secret,
  checkout_sessions: secret,
  webhook_endpoints: {
    why: 'The secret signs what Stripe sends; it comes with the answer that creates the endpoint, and should not be kept if it came again.',
    withheld: ['secret'],
  },

  // ------------------------------------------------------------ parameters that a list cannot do without
  billing_credit_balance_transactions: {
    why: 'Declared as optional, but the API refuses the list without a customer.',
    parent: { stream: 'customers', column: 'customer', in: 'query', param: 'customer' },
  },
  tax_locations: {
    why: 'The type is required; `performance` is the one there is.',
    fixed: { type: 'performance' },
  },
  treasury_transactions: {
    ...treasury,
    why: `${treasury.why} The order is that of creation only when asked for.`,
    fixed: { order_by: 'created' },
  },
  treasury_transaction_entries: {
    ...treasury,
    why: `${treasury.why} The order is that of creation only when asked for.`,
    fixed: { order_by: 'created' },
  },

  payment_records: {
    why: 'Nobody says whether created_after includes its bound: a window could lose its first second.',
    walk: true,
  },
  product_catalog_trial_offers: {
    why: 'The list filters by created, but the objects do not have it: a window could not be told from the next.',
    walk: true,
  },

  // ------------------------------------------------------------ lists that are no tables
  events: {
    why: 'The feed of changes: it holds 30 days, of other objects at mixed versions.',
    unreadable: 'events are read as the feed of changes, not as a table',
  },
  apps_secrets: {
    why: 'Secret material of Stripe Apps must not be copied anywhere.',
    unreadable: 'secrets are never copied',
  },
  credit_notes_preview_lines: {
    why: 'Lines of a credit note that does not exist, computed for the request.',
    unreadable: 'a preview that is computed per request, not stored data',
  },
  billing_meter_event_summaries: {
    why: 'One request per meter, customer and time window: a cross product without end.',
    unreadable: 'Stripe computes it per meter, customer and time window, and has no list of it',
  },
  financial_connections_account_owners: {
    why: 'Asks for the id of an ownership refresh, which no list gives.',
    unreadable: 'Stripe lists owners only by the id of one ownership refresh',
  },
  source_source_transactions: {
    why: 'Sources themselves cannot be listed, so nobody has their ids.',
    unreadable: 'Stripe has no list of the sources that these belong to',
  },
  tax_calculation_line_items: {
    why: 'Calculations cannot be listed, and expire after 90 days.',
    unreadable: 'Stripe has no list of the tax calculations that these belong to',
  },
  tax_transaction_line_items: {
    why: 'Tax transactions cannot be listed; reports have them.',
    unreadable: 'Stripe has no list of the tax transactions that these belong to',
  },

  // ------------------------------------------------------------ products that an account may not have
  issuing_authorizations: issuing,
  issuing_cardholders: issuing,
  issuing_cards: {
    ...issuing,
    why: `${issuing.why} Never expand \`number\` or \`cvc\`: full card numbers have no place in a warehouse.`,
    expand: [],
  },
  issuing_disputes: issuing,
  issuing_personalization_designs: issuing,
  issuing_physical_bundles: issuing,
  issuing_tokens: issuing,
  issuing_transactions: issuing,
  identity_verification_reports: identity,
  identity_verification_sessions: {
    ...identity,
    why: `${identity.why} ${secret.why}`,
    withheld: secret.withheld,
  },
  treasury_credit_reversals: treasury,
  treasury_debit_reversals: treasury,
  treasury_financial_accounts: treasury,
  treasury_inbound_transfers: treasury,
  treasury_outbound_payments: treasury,
  treasury_outbound_transfers: treasury,
  treasury_received_credits: treasury,
  treasury_received_debits: treasury,
  forwarding_requests: {
    why: 'Only accounts that Stripe let in may forward requests; the refusal has no code of its own.',
    unavailable: ['Your account is not authorized to send Forwarding requests in livemode'],
  },
  sigma_scheduled_query_runs: {
    why: 'Sigma does not exist in test mode; the refusal has no code of its own.',
    unavailable: ["isn't available in test mode"],
  },
  test_helpers_test_clocks: {
    why: 'Test clocks do not exist in live mode; the refusal has no code of its own.',
    unavailable: ['only available in testmode'],
  },
}
