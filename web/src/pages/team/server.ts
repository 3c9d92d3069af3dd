// What the page of a team says to the server: JSON below api/team, with the sign of the session on all that writes.
import { request } from '$lib/data.svelte'
import { root } from '$lib/site'
import type { Trilingual } from '$lib/languages'

export type Language = 'en' | 'zh-Hans' | 'zh-Hant'
export type Texts = Partial<Record<Language, string>>
export type Decision = 'submit' | 'return' | 'approve' | 'accept' | 'unapprove' | 'agree'
export const NEEDS_REASON: readonly Decision[] = ['return', 'unapprove']

/** What a report says when it is begun: nothing yet. It cannot be submitted like this. */
export const BEGUN = '…'

export interface Me {
  readonly name: string
  readonly display: string
  readonly side: string
  readonly side_name: Trilingual | null
  readonly roles: readonly string[]
  readonly csrf: string
  readonly may: { readonly draft: boolean; readonly accounts: boolean }
}

export interface Waiting {
  readonly why: 'draft' | 'returned' | 'to_submit' | 'to_approve' | 'to_accept' | 'to_agree' | 'to_report'
  readonly task: string
  readonly period: string
  readonly party: string
  readonly report: string | null
  readonly proposal: string | null
  readonly figures: string | null
  readonly due: string | null
  readonly reason: string | null
}

export interface Value {
  readonly indicator: string
  readonly place: string
  readonly period: string
  readonly value: number
  readonly unit: string
  readonly evidence: Evidence
}

export interface Reached {
  readonly milestone: string
  readonly on: string
  readonly evidence: Evidence
}

export interface Evidence {
  readonly source?: string
  readonly document?: string | undefined
}

export interface ReportText {
  readonly task: string
  readonly party: string
  readonly period: string
  readonly text: Texts
  readonly values?: readonly Value[]
  readonly reached?: readonly Reached[]
  readonly difficulties?: Texts
  readonly next_steps?: Texts
  readonly history?: readonly { readonly state: string; readonly reason?: string }[]
}

export interface Head {
  readonly id: string
  readonly task: string
  readonly party: string
  readonly period: string
  readonly state: 'draft' | 'submitted' | 'returned' | 'approved' | 'accepted' | 'public'
  readonly version: number
}

export interface Whole extends Head {
  readonly report: ReportText
  readonly may: readonly Decision[]
  readonly may_edit: boolean
  readonly before: ReportText | null
}

export interface Unit {
  readonly name: Trilingual
  readonly side?: string
}

export interface Milestone {
  readonly id: string
  readonly name: Trilingual
  readonly due?: string
  readonly party?: string
}

export interface Target {
  readonly indicator: string
  readonly place: string
  readonly period: string
  readonly value?: number
  readonly unit?: string
  readonly bound?: Bound
}

export type Bound = 'ge' | 'gt' | 'le' | 'lt' | 'eq'

/** A key task, as its file has it. */
export interface TaskText {
  readonly id: string
  readonly number?: string
  readonly year: number
  readonly through?: number
  readonly name: Trilingual
  readonly lead: string
  readonly co_leads?: readonly string[]
  readonly partners?: readonly string[]
  readonly cities?: readonly string[]
  readonly units?: readonly Unit[]
  readonly why?: Trilingual
  readonly field?: string
  readonly mechanism?: string
  readonly depends?: readonly string[]
  readonly milestones?: readonly Milestone[]
  readonly targets?: readonly Target[]
}

export interface ProposalHead {
  readonly id: string
  readonly task: string
  readonly party: string
  readonly year: number
  readonly name: Trilingual
  readonly state: 'draft' | 'submitted' | 'returned' | 'approved' | 'agreed'
  readonly version: number
}

export interface Proposal extends ProposalHead {
  readonly proposal: TaskText
  readonly may: readonly Decision[]
  readonly may_edit: boolean
  readonly agreed: TaskText | null
  readonly reason: string | null
}

interface Named {
  readonly id: string
  readonly name: Trilingual
}

/** What proposals are made from. */
export interface Programme {
  /** The version of the file that names the years. */
  readonly version: number
  readonly may_open: boolean
  readonly years: readonly number[]
  readonly fields: readonly Named[]
  readonly mechanisms: readonly Named[]
  readonly tasks: readonly TaskText[]
  readonly reports: readonly Beginning[]
}

/** A report that can be begun, and whether one is in force that it would replace. */
export interface Beginning {
  readonly task: string
  readonly period: string
  readonly replaces: boolean
}

export interface Happened {
  readonly number: number
  readonly at: string
  readonly account: string
  readonly side: string
  readonly name: string
  readonly what: string
  readonly text: string | null
}

export interface Attachment {
  readonly hash: string
  readonly name: string
  readonly size: number
}

export const ROLES = ['reader', 'drafter', 'submitter', 'approver', 'coordinator', 'administrator'] as const
export type Role = (typeof ROLES)[number]

export interface Account {
  readonly name: string
  readonly display: string
  readonly unit: string
  readonly roles: readonly Role[]
  readonly active: boolean
  readonly invited: boolean
}

export interface Token {
  readonly id: string
  readonly name: string
  readonly scope: 'read' | 'write'
  readonly expires: string
}

export interface Run {
  readonly kind: 'kept' | 'added' | 'removed'
  readonly text: string
}

export interface Entries<T> {
  readonly added: readonly T[]
  readonly removed: readonly T[]
}

/** What a version says otherwise than another: texts word by word, lists entry by entry. */
export interface Changes {
  readonly number: number
  readonly since: number | null
  readonly texts: Readonly<Record<string, Partial<Record<Language, readonly Run[]>>>>
  readonly lists: Readonly<Record<string, Entries<unknown>>>
}

/** An institution with which people sign in. */
export interface Institution {
  readonly id: string
  readonly name: Trilingual
}

interface TableTaken {
  readonly id: string
  readonly kind: Trilingual
  readonly description: string | null
  /** Whether whoever is signed in may send figures of it. */
  readonly mine: boolean
}

export interface FiguresHead {
  readonly id: string
  readonly table: string
  readonly party: string
  readonly period: string
  readonly name: string
  readonly state: 'draft' | 'submitted' | 'returned' | 'approved' | 'accepted'
  readonly version: number
  readonly in_force: boolean
  readonly replaced: boolean
}

/** The tables that take figures, and what was submitted. */
export interface FiguresList {
  readonly tables: readonly TableTaken[]
  readonly submissions: readonly FiguresHead[]
}

export interface Step {
  readonly what: 'submit' | 'approve' | 'accept' | 'import'
  readonly name: string
  readonly unit: string
  readonly side: string
  readonly at: string
  readonly entry: number
  readonly hash: string
}

/** What was agreed for a programme year. */
export interface Recorded {
  readonly year: number
  readonly tasks: Readonly<Record<string, Trilingual>>
  readonly parties: Readonly<Record<string, Trilingual>>
  readonly reports: readonly { readonly id: string; readonly report: ReportText; readonly steps: readonly Step[] }[]
  readonly figures: readonly {
    readonly id: string
    readonly submission: { readonly table: string; readonly party: string; readonly period: string; readonly name: string; readonly sha256: string }
    readonly steps: readonly Step[]
  }[]
  readonly head: { readonly seq: number; readonly hash: string }
}

export interface Figures extends FiguresHead {
  readonly sha256: string
  readonly size: number
  readonly may: readonly Decision[]
  readonly may_edit: boolean
  readonly steps: readonly Step[]
  readonly reason: string | null
}

export interface SetAside {
  readonly file: string
  readonly line: number
  readonly reasons: readonly string[]
  readonly cells: Readonly<Record<string, unknown>>
}

export interface Difference {
  readonly what: 'new' | 'changed' | 'gone'
  readonly line: number
  readonly there: Readonly<Record<string, unknown>>
  readonly sent: Readonly<Record<string, unknown>>
}

/** What the declaration of a table makes of a file. */
export interface Tried {
  readonly read: number
  readonly stored: number
  readonly quarantined: number
  readonly set_aside: readonly SetAside[]
  readonly unmapped: readonly string[]
  readonly hidden: readonly string[]
  readonly counts: Readonly<Record<'new' | 'changed' | 'same' | 'gone', number>>
  readonly differences: readonly Difference[]
  readonly warnings: readonly string[]
}

let csrf = ''

/** Asks the server as whoever is signed in. */
export function get<T>(address: string): Promise<T> {
  return request<T>(`${root.href}api/team/${address}`, address, { cache: 'no-store' })
}

/** Sends something; `version` is the one that was seen, where one is changed. */
export function send<T>(method: 'POST' | 'PUT' | 'DELETE', address: string, body: object, version?: number): Promise<T> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-csrf-token': csrf }
  if (version !== undefined) headers['if-match'] = `"${version}"`
  return request<T>(`${root.href}api/team/${address}`, address, { method, headers, body: JSON.stringify(body) })
}

/** The address of an attachment. */
export const attachmentUrl = (report: string, hash: string): string => `${root.href}api/team/reports/${report}/attachments/${hash}`

/** The address of the file of submitted figures. */
export const fileUrl = (figures: string): string => `${root.href}api/team/figures/${figures}/file`

/** The address of the record of a year as DOCX. */
export const recordUrl = (year: number, language: Language): string =>
  `${root.href}api/team/record.docx?year=${year}&language=${language}`

/** Sends a file that is attached to something. */
export const sendFile = <T>(address: string, file: File, version: number): Promise<T> => sendTable<T>('POST', address, file, {}, version)

/** Sends a file, with what is said of it behind the address; `version` is the one that was seen, where one is changed. */
export function sendTable<T>(method: 'POST' | 'PUT', address: string, file: File, said: Record<string, string>, version?: number): Promise<T> {
  const headers: Record<string, string> = { 'content-type': 'application/octet-stream', 'x-csrf-token': csrf }
  if (version !== undefined) headers['if-match'] = `"${version}"`
  const query = new URLSearchParams({ ...said, name: file.name }).toString()
  return request<T>(`${root.href}api/team/${address}?${query}`, address, { method, headers, body: file })
}

/** Who is signed in. */
export async function me(): Promise<Me> {
  const found = await get<Me>('me')
  csrf = found.csrf
  return found
}
