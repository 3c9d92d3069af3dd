// What the page of a team says to the server: JSON below api/team, with the sign of the session on all that writes.
import { request } from '$lib/data.svelte'
import { root } from '$lib/site'
import type { Trilingual } from '$lib/languages'

export type Language = 'en' | 'zh-Hans' | 'zh-Hant'
export type Texts = Partial<Record<Language, string>>
export type Decision = 'submit' | 'return' | 'approve' | 'accept' | 'unapprove' | 'agree'
export const NEEDS_REASON: readonly Decision[] = ['return', 'unapprove']

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
  readonly due: string | null
  readonly reason: string | null
}

export interface Value {
  readonly indicator: string
  readonly place: string
  readonly period: string
  readonly value: number
  readonly unit: string
}

export interface Reached {
  readonly milestone: string
  readonly on: string
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
  readonly years: readonly number[]
  readonly fields: readonly Named[]
  readonly mechanisms: readonly Named[]
  readonly tasks: readonly TaskText[]
}

export interface Happened {
  readonly number: number
  readonly at: string
  readonly account: string
  readonly side: string
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

/** Sends a file. */
export function sendFile<T>(address: string, file: File, version: number): Promise<T> {
  const headers = { 'content-type': 'application/octet-stream', 'x-csrf-token': csrf, 'if-match': `"${version}"` }
  return request<T>(`${root.href}api/team/${address}?name=${encodeURIComponent(file.name)}`, address, { method: 'POST', headers, body: file })
}

/** Who is signed in. */
export async function me(): Promise<Me> {
  const found = await get<Me>('me')
  csrf = found.csrf
  return found
}
