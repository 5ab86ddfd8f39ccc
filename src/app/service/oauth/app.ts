/** For entrances, which do not speak with Stripe themselves. */
export { oauthApp } from '../../../stripe/oauth.ts'
