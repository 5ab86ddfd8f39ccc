/** What the routes ask of the use cases. */
import type { AuditEntry, AuditQuery } from '../app/service/resources/audit.ts'
import type { CatalogStream, CatalogStreamDetail, Connector } from '../app/service/resources/catalog.ts'
import type { PageQuery } from '../app/service/resources/common.ts'
import type { PreviewQuery, QueryAnswer, QueryInput, WarehouseTable } from '../app/service/resources/data.ts'
import type { Destination, DestinationInput, DestinationTest } from '../app/service/resources/destination.ts'
import type {
  Integration,
  IntegrationEdit,
  IntegrationInput,
  IntegrationQuery,
  IntegrationTable,
} from '../app/service/resources/integration.ts'
import type { LogLine, LogQuery, Run, RunDetail, RunInput, RunStatus } from '../app/service/resources/run.ts'
import type { RunEvent } from '../app/service/resources/run-event.ts'
import type { SourceCheck, SourceInput } from '../app/service/resources/source.ts'
import type { System } from '../app/service/resources/system.ts'
import type { Token, TokenInput, TokenMade } from '../app/service/resources/token.ts'
import type {
  Door,
  Invitation,
  InvitationInput,
  InvitationMade,
  InvitationShown,
  PasswordChange,
  PasswordReset,
  Session,
  SignIn,
  SignUp,
  User,
  UserEdit,
} from '../app/service/resources/user.ts'
import type { Actor } from './declare.ts'

interface Page<T> {
  readonly items: T[]
  readonly next: string | null
}

export interface Service {
  connectors(): Connector[]
  catalogStreams(): CatalogStream[]
  catalogStream(name: string): CatalogStreamDetail
  checkSource(source: SourceInput, streams?: readonly string[]): Promise<SourceCheck>

  listDestinations(): Promise<Destination[]>
  getDestination(id: string): Promise<Destination>
  createDestination(input: DestinationInput): Promise<Destination>
  editDestination(id: string, input: DestinationInput): Promise<Destination>
  deleteDestination(id: string): Promise<void>
  testAddress(address: string): Promise<DestinationTest>
  testDestination(id: string): Promise<DestinationTest>

  listIntegrations(query: IntegrationQuery & PageQuery): Promise<Page<Integration>>
  getIntegration(id: string): Promise<Integration>
  createIntegration(input: IntegrationInput): Promise<Integration>
  editIntegration(id: string, edit: IntegrationEdit): Promise<Integration>
  pauseIntegration(id: string): Promise<Integration>
  activateIntegration(id: string): Promise<Integration>
  deleteIntegration(id: string, options: { readonly drop_tables: boolean }): Promise<void>
  integrationTables(id: string): Promise<IntegrationTable[]>

  startRun(integration: string, input: RunInput): Promise<Run>
  cancelRun(id: string): Promise<Run>
  retryRun(id: string): Promise<Run>
  listRuns(
    query: PageQuery & {
      readonly integration_id?: string | undefined
      readonly status?: RunStatus | undefined
      readonly q?: string | undefined
    },
  ): Promise<Page<Run>>
  getRun(id: string): Promise<RunDetail>
  readLogs(run: string, query: LogQuery): Promise<LogLine[]>
  followRun(run: string, signal: AbortSignal, afterLog?: number): AsyncIterable<RunEvent>

  integrationSchema(id: string): Promise<WarehouseTable[]>
  preview(integration: string, query: PreviewQuery): Promise<QueryAnswer>
  query(input: QueryInput): Promise<QueryAnswer>
  warehouseTables(destination: string): Promise<WarehouseTable[]>

  listAudit(query: AuditQuery): Promise<Page<AuditEntry>>
  system(): Promise<System>
}

/** A session that has begun or ended, with the cookies that say so. */
export interface Passed<T> {
  readonly value: T
  readonly cookies: readonly string[]
}

export interface People {
  door(headers: Headers): Promise<Door>
  signUp(input: SignUp, headers: Headers): Promise<Passed<User>>
  signIn(input: SignIn, headers: Headers): Promise<Passed<User>>
  signOut(headers: Headers): Promise<Passed<null>>
  showInvitation(token: string): Promise<InvitationShown>
  forgotPassword(email: string): Promise<void>
  resetPassword(input: PasswordReset): Promise<void>

  me(actor: Actor): Promise<User>
  rename(actor: Actor, name: string): Promise<User>
  changePassword(actor: Actor, input: PasswordChange, headers: Headers): Promise<Passed<null>>
  sessions(actor: Actor): Promise<Session[]>
  endSession(actor: Actor, id: string): Promise<void>

  users(): Promise<User[]>
  editUser(actor: Actor, id: string, edit: UserEdit): Promise<User>
  endSessions(actor: Actor, user: string): Promise<void>
  invitations(): Promise<Invitation[]>
  invite(actor: Actor, input: InvitationInput): Promise<InvitationMade>
  revokeInvitation(actor: Actor, id: string): Promise<void>

  tokens(actor: Actor): Promise<Token[]>
  createToken(actor: Actor, input: TokenInput): Promise<TokenMade>
  revokeToken(actor: Actor, id: string): Promise<void>
}
