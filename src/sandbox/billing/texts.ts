import { pick } from './random.ts'

const FIRST = [
  'Ada',
  'Jonas',
  'Mei',
  'Olivia',
  'Noah',
  'Fatima',
  'Lars',
  'Chloé',
  'Yuki',
  'Omar',
  'Zoë',
  'Sofía',
  'Ivan',
  'Priya',
  'Łukasz',
  'Amara',
] as const
const LAST = [
  'Okafor',
  'Müller',
  'Tanaka',
  'Smith',
  'Nguyen',
  'Al-Sabah',
  'Lindqvist',
  'García',
  'O’Neill',
  'Dubois',
  'Rossi',
  'Singh',
  'Novák',
  'Haddad',
  'Kim',
  'Brown',
] as const
const FIRM = [
  'Northwind',
  'Blue Harbor',
  'Tessellate',
  'Copper & Pine',
  'Juniper Labs',
  'Orbital',
  'Quiet River',
  'Brightside',
  'Ledgerline',
  'Papertrail',
  'Fernweh',
  'Saltbox',
] as const
const FORM = ['Inc.', 'GmbH', 'Ltd', 'LLC', 'K.K.', 'S.A.', 'AB', 'W.L.L.'] as const
const DOMAIN = ['example.com', 'example.org', 'example.net', 'mail.example.com'] as const

/** What real accounts hold and programs trip over. */
const AWKWARD = [
  'Zażółć gęślą jaźń 🦊',
  '株式会社さくら 🌸',
  'شركة المثال المحدودة',
  'דוגמה בע״מ',
  `"Quoted" O'Brien & <Sons>; drop table customers;--`,
  'line one\nline two\r\n\tindented',
  '',
  '  spaces around  ',
  'back\\slash \\u0041 \\n %s {{y}}',
  '👩‍👩‍👧‍👦 family 🏳️‍🌈',
  'e\u0301 combining, \u200fmark, \u2028separator, \ufeffbom',
  'NULL',
] as const

const at = (list: readonly string[], index: number): string => list[index % list.length] ?? ''

export function awkward(hash: number): string {
  return at(AWKWARD, pick(hash, 90, AWKWARD.length))
}

export function personName(hash: number): string {
  if (pick(hash, 91, 64) === 0) return awkward(hash)
  return `${at(FIRST, pick(hash, 92, 16))} ${at(LAST, pick(hash, 93, 16))}`
}

export function firmName(hash: number): string {
  if (pick(hash, 91, 64) === 0) return awkward(hash)
  return `${at(FIRM, pick(hash, 94, 12))} ${at(FORM, pick(hash, 95, 8))}`
}

export function email(hash: number, index: number): string {
  return `billing+${index.toString(36)}@${at(DOMAIN, pick(hash, 96, 4))}`
}

/** Mostly a few plain keys; sometimes none, sometimes odd ones. */
export function metadata(hash: number): Record<string, string> {
  const kind = pick(hash, 97, 32)
  if (kind < 20) return {}
  if (kind < 30) return { crm_id: (hash % 10_000_000).toString(), plan_owner: at(FIRST, hash) }
  if (kind === 30)
    return { 'key with spaces': 'a', ключ: awkward(hash), 'a.b[c]': '{"json": true}', Select: 'NULL' }
  return { crm_id: '0', CRM_ID: '', '🔑': 'emoji', id: 'not the id', 'line\nbreak': '1e400' }
}

const CITY: Readonly<Record<string, readonly [string, string, string | null]>> = {
  US: ['San Francisco', '94105', 'CA'],
  DE: ['Köln', '50667', null],
  GB: ['London', 'EC1A 1BB', null],
  CA: ['Montréal', 'H2Y 1C6', 'QC'],
  JP: ['渋谷区', '150-0002', '東京都'],
  KW: ['الكويت', '13001', null],
}

export function address(hash: number, country: string) {
  const place = CITY[country]
  return {
    city: place ? place[0] : null,
    country,
    line1: `${1 + pick(hash, 98, 900)} ${at(LAST, pick(hash, 99, 16))} Street`,
    line2: pick(hash, 100, 8) === 0 ? '' : null,
    postal_code: place ? place[1] : null,
    state: place ? place[2] : null,
  }
}
