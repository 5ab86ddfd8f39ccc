/** Changes of one account's objects, each with its events. */
import type { CatalogStream } from '../stripe/catalog.ts'
import type { Account } from './account.ts'
import type { ChangeOptions, ManyOptions } from './admin.ts'
import { ApiError, missing } from './api-error.ts'
import { previousAttributes } from './diff.ts'
import { eventTypes, type Transition } from './event-types.ts'
import { idPrefix } from './generic.ts'
import { copy, type Fields, listItems, same, setAt, valueAt } from './json.ts'
import { countUpTo } from './overlay.ts'
import { renderer } from './render.ts'
import { callEndpoints } from './webhooks.ts'
import type { SandboxObject } from './world.ts'

export interface EventHabits {
  /** Milliseconds after which an event becomes visible. */
  readonly lateEvents: number
  /** Every so many events, one is late; 1 for all. In between they overtake each other. */
  readonly lateEvery: number
  /** Every so many events, one is written twice, under two ids; 0 for none. */
  readonly duplicateEvery: number
}

export type Mutator = ReturnType<typeof mutator>

/** Values without which Stripe's default lists would leave a new object out. */
const newborn: Readonly<Record<string, Fields>> = {
  prices: { active: true },
  products: { active: true },
  plans: { active: true },
  subscriptions: { status: 'active' },
  reviews: { open: true },
}

/** Streams whose ids the account may choose, and choose again once they are deleted. Source: docs.stripe.com/api/coupons/create. */
const chosenIds = new Set(['coupons', 'plans', 'products'])

/** @param main the platform: events of another account name that account. */
export function mutator(account: Account, main: Account, habits: EventHabits) {
  const { catalog, store, clock } = account
  const { overlay } = store
  const byName = new Map(catalog.streams.map((stream) => [stream.name, stream]))
  const render = renderer({ catalog, store, whole: account.whole, allow: () => undefined })
  const nothing = new Map()
  let numbers = 0
  let events = 0

  const seconds = () => Math.floor(clock.now() / 1000)
  const need = (name: string): CatalogStream => {
    const stream = byName.get(name)
    if (stream === undefined) throw new ApiError(404, `The catalog has no stream ${name}`)
    return stream
  }
  const madeUp = (prefix: string) => `${prefix}_sbx${(++numbers).toString(36).padStart(10, '0')}`

  // ------------------------------------------------------------ events

  function eventOf(
    type: string,
    object: { readonly stream: string; readonly now: SandboxObject; readonly previous: Fields | undefined },
    event: { readonly id: string; readonly created: number },
  ): SandboxObject {
    const snapshot = render(object.stream, copy(object.now), nothing)
    return {
      id: event.id,
      object: 'event',
      ...(account === main ? {} : { account: account.id }),
      api_version: account.apiVersion,
      created: event.created,
      data: {
        object: snapshot,
        ...(object.previous === undefined ? {} : { previous_attributes: object.previous }),
      },
      livemode: snapshot.livemode === true,
      pending_webhooks: 0,
      request: { id: null, idempotency_key: null },
      type,
    }
  }

  function write(type: string, stream: CatalogStream, object: SandboxObject, previous: Fields | undefined) {
    events++
    const times = habits.duplicateEvery > 0 && events % habits.duplicateEvery === 0 ? 2 : 1
    for (let time = 0; time < times; time++) {
      const about = { stream: stream.name, now: object, previous }
      const event = eventOf(type, about, { id: madeUp('evt'), created: seconds() })
      insert('events', event)
      if (habits.lateEvents > 0 && events % habits.lateEvery === 0) {
        account.late.set(event.id, clock.now() + habits.lateEvents)
      }
      callEndpoints(account.endpoints, event)
      if (account !== main) callEndpoints(main.connectEndpoints, event)
    }
  }

  /** Writes an event about the account itself, or what it is connected to. */
  function tellOf(type: string, object: SandboxObject, before?: SandboxObject) {
    write(type, need('accounts'), object, before && previousAttributes(before, object))
  }

  /** Writes the events of a change; true when there were any. */
  function tell(stream: CatalogStream, change: Transition, previous?: Fields): boolean {
    const types = eventTypes(stream, change)
    const object = change.kind === 'deleted' ? change.before : change.after
    for (const type of types) write(type, stream, object, type.endsWith('.updated') ? previous : undefined)
    return types.length > 0
  }

  // ------------------------------------------------------------ the overlay

  function insert(name: string, object: SandboxObject) {
    const { entries, objects, born } = overlay.of(name)
    const field = byName.get(name)?.created?.field ?? 'created'
    const created = typeof object[field] === 'number' ? (object[field] as number) : seconds()
    entries.splice(countUpTo(entries, created), 0, { created, id: object.id })
    born.set(object.id, created)
    objects.set(object.id, object)
  }

  /** Items given in place of an embedded list of children become the children. */
  function adopt(stream: CatalogStream, object: SandboxObject, fields: Fields) {
    for (const list of stream.lists) {
      const items = listItems(valueAt(fields, list.path))
      if (items === undefined || byName.get(list.stream)?.parent?.stream !== stream.name) continue
      const children = items as readonly SandboxObject[]
      const over = overlay.of(list.stream)
      over.children.set(object.id, copy(children))
      for (const child of children) over.owners.set(child.id, object.id)
    }
  }

  async function family(
    stream: CatalogStream,
    options: ChangeOptions | undefined,
    id: string,
    fields?: Fields,
  ) {
    const { parent } = stream
    if (parent === undefined) return undefined
    const given = options?.parent ?? fields?.[parent.column]
    const owner = typeof given === 'string' ? given : store.parentOf(stream, id)
    if (owner === undefined) throw new ApiError(400, `An object of ${stream.name} needs the id of its parent`)
    if (!store.has(parent.stream, owner))
      throw missing(need(parent.stream).objects[0] ?? parent.stream, owner)
    return { owner, stream: need(parent.stream), items: await store.children(stream, owner) }
  }

  /** Replaces the children of one parent; the parent's events tell of it when the child has none. */
  function replace(
    stream: CatalogStream,
    parent: { owner: string; stream: CatalogStream },
    items: readonly SandboxObject[],
    change: Transition,
    options: ChangeOptions | undefined,
    previous?: Fields,
  ) {
    const before = store.get(parent.stream.name, parent.owner)
    overlay.of(stream.name).children.set(parent.owner, items)
    const after = store.get(parent.stream.name, parent.owner)
    if (options?.silent === true || tell(stream, change, previous)) return
    if (before === undefined || after === undefined) return
    const shown = [before, after].map((each) => render(parent.stream.name, copy(each), nothing) as Fields)
    tell(
      parent.stream,
      { kind: 'updated', before, after },
      previousAttributes(shown[0] ?? {}, shown[1] ?? {}),
    )
  }

  // ------------------------------------------------------------ the three changes

  async function create(name: string, fields: Fields, options?: ChangeOptions): Promise<SandboxObject> {
    const stream = need(name)
    const id = typeof fields.id === 'string' ? fields.id : madeUp(prefixOf(stream))
    if (store.isDeleted(name, id)) {
      const isWorlds = store.world.streams.has(name) && store.world.index(name, id) !== undefined
      if (!chosenIds.has(name) || isWorlds) {
        throw new ApiError(400, `The id '${id}' was deleted; no id is used twice`)
      }
      overlay.of(name).deleted.delete(id)
    }
    if (stream.parent === undefined && store.has(name, id)) return update(name, id, fields, options)
    const parent = await family(stream, options, id, fields)
    if (parent?.items.some((item) => item.id === id) === true) return update(name, id, fields, options)
    const object = { ...skeleton(stream), ...copy(fields), id } as SandboxObject
    if (parent !== undefined) {
      const column = stream.columns.find((each) => each.name === stream.parent?.column)
      if (column !== undefined && column.path.length > 0) setAt(object as Fields, column.path, parent.owner)
      overlay.of(name).owners.set(id, parent.owner)
      replace(stream, parent, [object, ...parent.items], { kind: 'created', after: object }, options)
      return copy(object)
    }
    insert(name, object)
    adopt(stream, object, fields)
    if (options?.silent !== true) tell(stream, { kind: 'created', after: store.get(name, id) ?? object })
    return copy(object)
  }

  async function update(
    name: string,
    id: string,
    fields: Fields,
    options?: ChangeOptions,
  ): Promise<SandboxObject> {
    const stream = need(name)
    const field = stream.created?.field ?? 'created'
    if (stream.parent !== undefined) {
      const parent = await family(stream, options, id, fields)
      const before = parent?.items.find((item) => item.id === id)
      if (parent === undefined || before === undefined) throw missing(stream.objects[0] ?? name, id)
      const after = { ...before, ...copy(fields), id } as SandboxObject
      const previous = previousAttributes(before, after)
      if (previous === undefined) return before
      const items = parent.items.map((item) => (item.id === id ? after : item))
      overlay.of(name).owners.set(id, parent.owner)
      replace(stream, parent, items, { kind: 'updated', before, after }, options, previous)
      return copy(after)
    }
    const before = store.get(name, id)
    if (before === undefined) throw missing(stream.objects[0] ?? name, id)
    if (field in fields && !same(fields[field], before[field])) {
      throw new ApiError(400, `${field} of an object cannot be changed: it is its place in the list`)
    }
    const after = { ...copy(before), ...copy(fields), id } as SandboxObject
    if (previousAttributes(before, after) === undefined) return before
    overlay.of(name).objects.set(id, after)
    adopt(stream, after, fields)
    const now = store.get(name, id) ?? after
    if (options?.silent !== true) {
      const shown = [before, now].map((each) => render(name, copy(each), nothing) as Fields)
      tell(
        stream,
        { kind: 'updated', before, after: now },
        previousAttributes(shown[0] ?? {}, shown[1] ?? {}),
      )
    }
    return now
  }

  /** Objects that were changed one by one stay in the overlay, and deleted ones gone: their events are not the world's. */
  async function updateMany(name: string, fields: Fields, options: ManyOptions): Promise<number> {
    const stream = need(name)
    const { world } = store
    const total = stream.parent === undefined && world.streams.has(name) ? world.count(name) : 0
    const { every = 1, over = 0, silent = false } = options
    const count = Math.min(options.count, Math.floor((total - 1) / every) + 1)
    if (count < 1) throw new ApiError(400, `There are no ${name} of the world to change`)
    const fixed = ['id', stream.created?.field ?? 'created', ...stream.lists.map(({ path }) => path[0] ?? '')]
    const refused = Object.keys(fields).find((field) => fixed.includes(field))
    if (refused !== undefined) throw new ApiError(400, `${refused} cannot be changed for many at once`)
    const first = world.object(name, total - 1)
    const [type] = eventTypes(stream, { kind: 'updated', before: first, after: { ...first, ...fields } })
    if (type === undefined && !silent) throw new ApiError(400, `No event tells of such a change of ${name}`)

    const changed = overlay.of(name)
    const index = (id: string) => world.index(name, id)
    const among = (id: string) => {
      const back = total - 1 - (index(id) ?? total)
      return back >= 0 && back % every === 0 && back / every < count
    }
    const single = [...changed.objects.keys()].filter(among)
    const gone = [...changed.deleted].filter(among)
    const now = seconds()
    const write = (before: SandboxObject, after: SandboxObject, event: { id: string; created: number }) =>
      eventOf(type ?? '', { stream: name, now: after, previous: previousAttributes(before, after) }, event)
    const mixed = Math.max(1, Math.min(options.mixed ?? count, count))
    const from = Math.max(account.many.told, now - over)
    account.many.add({
      stream: name,
      count,
      every,
      fields,
      events: silent ? undefined : { from, to: Math.max(from, now), mixed, write },
    })
    for (const id of account.many.eventsAbout(new Set([...single, ...gone]))) {
      overlay.of('events').deleted.add(id)
    }
    for (const id of single) await update(name, id, fields, options)
    return count - gone.length
  }

  async function remove(name: string, id: string, options?: ChangeOptions): Promise<void> {
    const stream = need(name)
    if (store.isDeleted(name, id)) return
    if (stream.parent !== undefined) {
      const parent = await family(stream, options, id)
      const before = parent?.items.find((item) => item.id === id)
      if (parent === undefined || before === undefined) return
      const items = parent.items.filter((item) => item.id !== id)
      replace(stream, parent, items, { kind: 'deleted', before }, options)
      return
    }
    const before = store.get(name, id)
    if (before === undefined) throw missing(stream.objects[0] ?? name, id)
    if (name === 'customers') await endSubscriptions(id, options)
    const over = overlay.of(name)
    over.deleted.add(id)
    over.objects.delete(id)
    if (over.born.delete(id)) {
      const at = over.entries.findIndex((entry) => entry.id === id)
      if (at >= 0) over.entries.splice(at, 1)
    }
    if (options?.silent !== true) tell(stream, { kind: 'deleted', before })
  }

  /** Deleting a customer cancels its subscriptions. Source: docs.stripe.com/api/customers/delete. */
  async function endSubscriptions(customer: string, options: ChangeOptions | undefined) {
    const { objects } = await store.page('subscriptions', {
      limit: Number.POSITIVE_INFINITY,
      by: { param: 'customer', value: customer },
      keep: (object) => object.customer === customer && object.status !== 'canceled',
    })
    const now = seconds()
    for (const { id } of objects) {
      await update('subscriptions', id, { status: 'canceled', canceled_at: now, ended_at: now }, options)
    }
  }

  function prefixOf(stream: CatalogStream): string {
    const { world } = store
    const first =
      stream.parent === undefined && world.streams.has(stream.name) && world.count(stream.name) > 0
        ? world.id(stream.name, 0)
        : undefined
    const cut = first?.lastIndexOf('_') ?? -1
    return first !== undefined && cut > 0 ? first.slice(0, cut) : idPrefix(stream.objects[0] ?? stream.name)
  }

  /** Every field that may be null is; lists are empty; what must be said is said. */
  function skeleton(stream: CatalogStream): Fields {
    const object: Fields = { id: '', object: stream.objects[0] ?? stream.name }
    for (const { path, nullable, name } of stream.columns) {
      const [head = ''] = path
      if (path.length === 1 && nullable && name !== 'deleted' && !(head in object)) object[head] = null
    }
    for (const { path } of stream.lists) if (path.length === 1) setAt(object, path, [])
    if (stream.livemode) object.livemode = false
    const dated =
      stream.created?.field ?? (stream.columns.some(({ name }) => name === 'created') ? 'created' : undefined)
    if (dated !== undefined) object[dated] = seconds()
    return { ...object, ...newborn[stream.name] }
  }

  return { create, update, updateMany, remove, tellOf }
}
