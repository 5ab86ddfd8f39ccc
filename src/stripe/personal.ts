/** Which columns may hold what identifies a person: by the words of their names, for a person to look at. */

const words =
  /(^|_)(email|phone|name|first_name|last_name|maiden_name|address|line1|line2|postal_code|city|ip|dob|birth|gender|ssn|id_number|tax_id|vat|iban|last4|fingerprint|account_holder|holder|owner|cardholder|recipient|receipt|shipping|billing_details|customer_details|payer|signature|document|description|statement_descriptor|metadata|user_agent|evidence|verification)(_|$)/

/** Names that sound like a person's and are a product's, a plan's or the like. */
const things = new Set(['products', 'plans', 'prices', 'coupons', 'tax_rates', 'shipping_rates', 'tax_codes'])

/** A hint, no promise: a column that is not marked may hold anything that was typed into it. */
export function isPersonal(stream: string, column: string): boolean {
  return !things.has(stream) && words.test(column)
}
