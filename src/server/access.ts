/** Who may do what: each operation of the API with the role it takes. What is not in this table nobody may do. */
import { type Role, roles } from '../app/service/resources/user.ts'

/** `anyone`: also who has not signed in. */
export type Needed = Role | 'anyone'

export const access: Readonly<Record<string, Needed>> = {
  getSession: 'anyone',
  signIn: 'anyone',
  signOut: 'anyone',
  signUp: 'anyone',
  showInvitation: 'anyone',
  forgotPassword: 'anyone',
  resetPassword: 'anyone',

  getMe: 'viewer',
  editMe: 'viewer',
  changePassword: 'viewer',
  listSessions: 'viewer',
  endSession: 'viewer',
  listTokens: 'viewer',
  createToken: 'viewer',
  revokeToken: 'viewer',

  listConnectors: 'viewer',
  listStreams: 'viewer',
  getStream: 'viewer',
  checkSource: 'editor',
  estimateRows: 'editor',

  listDestinations: 'viewer',
  getDestination: 'viewer',
  createDestination: 'editor',
  editDestination: 'editor',
  deleteDestination: 'editor',
  testAddress: 'editor',
  testDestination: 'editor',
  listWarehouseTables: 'editor',

  listIntegrations: 'viewer',
  getIntegration: 'viewer',
  createIntegration: 'editor',
  editIntegration: 'editor',
  deleteIntegration: 'editor',
  pauseIntegration: 'editor',
  activateIntegration: 'editor',
  listIntegrationTables: 'viewer',
  listIntegrationAccounts: 'viewer',
  getIntegrationReads: 'viewer',
  getIntegrationFreshness: 'viewer',
  getIntegrationSchema: 'viewer',
  listSchemaChanges: 'viewer',
  countRows: 'viewer',
  // Rows are customers' data.
  previewTable: 'editor',
  query: 'editor',
  queryCsv: 'editor',

  listIntegrationRuns: 'viewer',
  startRun: 'editor',
  listRuns: 'viewer',
  getRun: 'viewer',
  cancelRun: 'editor',
  retryRun: 'editor',
  readLogs: 'viewer',
  downloadLogs: 'viewer',
  followRun: 'viewer',

  listVerifications: 'viewer',
  getVerification: 'viewer',
  followVerification: 'viewer',
  startVerification: 'editor',
  cancelVerification: 'editor',

  getOauth: 'viewer',
  startOauth: 'editor',
  getWebhook: 'viewer',
  setWebhook: 'editor',
  removeWebhook: 'editor',
  createWebhookEndpoint: 'editor',
  listAlertChannels: 'viewer',
  listAlertRules: 'viewer',
  listAlertDeliveries: 'viewer',
  // A channel makes the service send something to an address.
  createAlertChannel: 'admin',
  deleteAlertChannel: 'admin',
  editAlertChannel: 'admin',
  testAlertChannel: 'editor',
  createAlertRule: 'editor',
  deleteAlertRule: 'editor',
  editAlertRule: 'editor',

  listUsers: 'admin',
  editUser: 'admin',
  endSessionsOfUser: 'admin',
  listInvitations: 'admin',
  invite: 'admin',
  revokeInvitation: 'admin',
  listAudit: 'admin',
  getSystem: 'viewer',
  listReadBudgets: 'viewer',
  setRetention: 'admin',
}

/** What concerns one's own way in: a token that leaked must not make further ones, nor throw its owner out. */
export const bySession: ReadonlySet<string> = new Set([
  'editMe',
  'changePassword',
  // What comes back is taken from the session alone.
  'startOauth',
  'endSession',
  'createToken',
  'revokeToken',
])

/** Whether somebody in this role may do what takes that one. */
export function suffices(role: Role, needed: Needed): boolean {
  return needed === 'anyone' || roles.indexOf(role) <= roles.indexOf(needed)
}
