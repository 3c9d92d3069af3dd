// Shapes of `communiques`, `communiques/{id}` and `read`.
import type { T3 } from '$lib/languages'
import type { Bound, Listed, Modality, Resource, Status, Verdict } from '$lib/types'

export type Counts = Readonly<Record<Verdict, number>>
export type Kind = 'level' | 'share' | 'change' | 'growth' | 'rank' | 'membership' | 'streak' | 'multiple'
export type Measure = 'level' | 'growth' | 'change' | 'from_to' | 'places above'
export type Outcome = 'supports' | 'consistent' | 'contradicts' | 'undecided'
export type Basis = 'stated' | 'carried over' | 'declared' | 'assumed'

export interface CommuniqueItem {
  readonly id: string
  readonly title: T3
  readonly file: string
  readonly generated: boolean
  readonly date: string | null
  readonly counts: Counts
  readonly n: number
}

export interface Communiques extends Listed<CommuniqueItem> {
  readonly unreadable: readonly { readonly file: string; readonly code: string; readonly message: string; readonly hint: string }[]
}

export interface Statement {
  readonly quote: string
  readonly value: number
  readonly value_max: number | null
  readonly unit: string
  readonly bound: Bound
  readonly modality: Modality
  readonly kind: Kind
  readonly cumulative: boolean
  readonly from_value: number | null
  readonly subject: string
  readonly place: string | null
  readonly period: string | null
  readonly sentence: string
}

export interface Binding {
  readonly indicator: string
  readonly name: T3
  readonly measure: Measure
  readonly place: string | null
  readonly place_name: T3 | null
  readonly period: string | null
  readonly period_text: T3 | null
  readonly compared_with: string | null
  readonly compared_text: T3 | null
  readonly by: 'score' | 'decision'
  readonly place_basis: Basis
  readonly period_basis: Basis
  readonly score: number
  readonly why: readonly T3[]
  readonly key: string | null
}

export interface Candidate {
  readonly indicator: string
  readonly name: T3
  readonly measure: Measure
  readonly score: number
  readonly why: readonly T3[]
}

export interface Evidence {
  readonly value: number
  readonly value_max: number | null
  readonly bound: Bound
  readonly unit: string
  readonly text: T3
  readonly status: Status
  readonly sources: readonly string[]
  readonly own: boolean
  readonly outcome: Outcome
  readonly how: T3
  readonly period: string
}

export interface Check {
  readonly kind: 'growth' | 'share' | 'sum' | 'shares'
  readonly members: readonly number[]
  readonly subject: readonly number[]
  readonly outcome: Outcome
  readonly text: T3
}

export interface Claim {
  readonly i: number
  /** Offsets in `text`, as JavaScript counts. */
  readonly start: number
  readonly end: number
  readonly quote: string
  readonly statement: Statement
  readonly verdict: Verdict
  readonly reason: T3
  readonly reason_code: string
  readonly binding: Binding | null
  readonly candidates: readonly Candidate[]
  readonly ambiguous: boolean
  readonly evidence: readonly Evidence[]
  readonly checks: readonly number[]
  readonly note: T3 | null
}

export interface Communique extends Resource {
  readonly id: string
  readonly title: T3
  readonly file: string
  readonly generated: boolean
  readonly date: string | null
  readonly text: string
  /** False where the text is markup rather than what a person reads. */
  readonly plain: boolean
  readonly claims: readonly Claim[]
  readonly checks: readonly Check[]
  readonly counts: Counts
  readonly n: number
  readonly warnings: readonly string[]
}
