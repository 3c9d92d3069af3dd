// Shapes of `plan` and `plan/{year}`.
import type { Language, T3 } from '$lib/languages'
import type { TaskState } from '$lib/planwords'
import type { Bound, Figure, Named, Resource } from '$lib/types'

export type TargetState = 'met' | 'missed' | 'on_path' | 'behind' | 'open' | 'awaited' | 'no_figure' | 'monitored'
export type MilestoneState = 'reached' | 'reached_late' | 'overdue' | 'due_soon' | 'open'
export type ReportState = 'none' | 'draft' | 'submitted' | 'returned' | 'approved'
export type Agreement = 'agrees' | 'differs' | 'same_source' | 'no_figure'

/** A text in those languages that it was written in. */
export type SomeText = Readonly<Record<Language, string | null>>

export interface Evidence {
  readonly source: string | null
  readonly document: string | null
  readonly locator: string | null
  readonly quote: string | null
}

export interface Target {
  readonly figure: string
  readonly indicator: string
  readonly name: T3
  readonly place: string
  readonly place_name: T3
  readonly period: string
  readonly target: { readonly value: number; readonly unit: string; readonly in_indicator_unit: number | null; readonly text: T3 } | null
  readonly baseline: { readonly value: number; readonly unit: string; readonly period: string; readonly evidence: Evidence | null } | null
  readonly basis: 'annual' | 'cumulative' | 'level' | null
  readonly status: TargetState
  readonly reason: T3
  readonly current: string | null
  readonly expected: number | null
  readonly expected_text: T3 | null
  readonly evidence: Evidence | null
  readonly note: T3 | null
}

export interface Milestone {
  readonly id: string
  readonly name: T3
  readonly due: string | null
  readonly party: string
  readonly deliverable: T3 | null
  readonly evidence: Evidence | null
  readonly status: MilestoneState
  readonly reason: T3
  readonly reached_on: string | null
  readonly report: string | null
}

export interface Filed {
  readonly id: string
  readonly file: string
  readonly state: ReportState
  readonly history: readonly { readonly state: ReportState; readonly by: string; readonly on: string; readonly reason: string | null }[]
  readonly text: SomeText
  readonly difficulties: SomeText | null
  readonly next_steps: SomeText | null
  readonly reached: readonly { readonly milestone: string; readonly on: string; readonly evidence: Evidence }[]
  readonly supersedes: { readonly report: string; readonly reason: string } | null
}

export interface Report {
  readonly party: string
  readonly period: string
  readonly period_text: T3
  readonly state: ReportState
  readonly awaited: boolean
  readonly missing: boolean
  readonly due: string | null
  readonly in_force: Filed | null
  readonly pending: Filed | null
}

export interface Stated {
  readonly figure: string
  readonly value: number
  readonly unit: string
  readonly bound: Bound
  readonly text: T3
  readonly evidence: Evidence
  readonly party: string
  readonly report: string
  readonly agreement: Agreement
  readonly observation: string | null
}

export interface Task {
  readonly id: string
  readonly number: string | null
  readonly year: number
  readonly through: number | null
  readonly name: T3
  readonly lead: string
  readonly partners: readonly string[]
  readonly field: string | null
  readonly mechanism: string | null
  readonly why: T3 | null
  readonly note: T3 | null
  readonly evidence: readonly Evidence[]
  readonly status: TaskState
  readonly reason: T3
  readonly depends: readonly string[]
  readonly blocked_by: readonly string[]
  readonly milestones: readonly Milestone[]
  readonly targets: readonly Target[]
  readonly reports: readonly Report[]
  readonly stated: readonly Stated[]
}

export interface Group extends Named {
  readonly tasks: number
  readonly status: Readonly<Record<TaskState, number>>
  readonly leads: number
  readonly reports_awaited: number
  readonly reports_filed: number
}

export type EventKind = 'agreed' | 'milestone_due' | 'milestone_reached' | 'report_due' | 'target_period_ends'

export interface PlanEvent {
  readonly on: string
  readonly kind: EventKind
  readonly task: string | null
  readonly party: string | null
  readonly name: T3
  readonly ref: string
  readonly state: string
}

export interface Proposal {
  readonly id: string
  readonly year: number
  readonly party: string
  readonly on: string
  readonly name: T3
  readonly why: T3 | null
  readonly follows: string | null
  readonly evidence: Evidence | null
}

export interface PlanPage extends Resource {
  readonly year: number | null
  readonly years: readonly number[]
  readonly as_of: string
  /** The last day that can be asked about. */
  readonly latest: string
  readonly build: string
  /** The build of the day, from which the figures are; null where there was none. */
  readonly figures_build: string | null
  readonly agreed: string | null
  readonly reporting: readonly string[]
  readonly note: T3 | null
  readonly evidence: Evidence | null
  /** What states are called. */
  readonly states: {
    readonly task: Readonly<Record<TaskState, T3>>
    readonly report: Readonly<Record<ReportState, T3>>
  }
  readonly parties: readonly Named[]
  readonly fields: readonly Named[]
  readonly mechanisms: readonly Named[]
  readonly tasks: readonly Task[]
  readonly summaries: { readonly status: Readonly<Record<TaskState, number>>; readonly party: readonly Group[] } | null
  readonly timeline: readonly PlanEvent[]
  readonly proposals: readonly Proposal[]
  readonly figures: Readonly<Record<string, Figure>>
}
