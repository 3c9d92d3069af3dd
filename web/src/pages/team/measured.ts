// What a report states in figures: values and milestones, as rows of a form beside the task's targets and milestones.
import type { Reached, ReportText, TaskText, Value } from './server'

export interface ValueRow {
  readonly indicator: string
  readonly place: string
  readonly period: string
  value: number | null | undefined
  unit: string
  document: string
  /** What the report said there before: what the form does not show stays. */
  readonly was?: Value | undefined
}

export interface ReachedRow {
  readonly milestone: string
  on: string
  document: string
  readonly was?: Reached | undefined
}

export interface Rows {
  values: ValueRow[]
  reached: ReachedRow[]
}

interface Key {
  readonly indicator: string
  readonly place: string
  readonly period: string
}
export const keyOf = (one: Key): string => `${one.indicator} ${one.place} ${one.period}`

/** A row for each of the task's targets and milestones, and for what the report states beside them. */
export function rowsOf(task: TaskText | undefined, report: ReportText): Rows {
  const stated = new Map((report.values ?? []).map((one) => [keyOf(one), one]))
  const aimed = new Map((task?.targets ?? []).map((one) => [keyOf(one), one]))
  const there = new Map((report.reached ?? []).map((one) => [one.milestone, one]))
  const milestones = new Set([...(task?.milestones ?? []).map((one) => one.id), ...there.keys()])
  return {
    values: [...new Map<string, Key>([...aimed, ...stated])].map(([key, { indicator, place, period }]) => {
      const was = stated.get(key)
      const unit = was?.unit ?? aimed.get(key)?.unit ?? ''
      return { indicator, place, period: String(period), value: was?.value, unit, document: was?.evidence.document ?? '', was }
    }),
    reached: [...milestones].map((milestone) => {
      const was = there.get(milestone)
      return { milestone, on: was?.on ?? '', document: was?.evidence.document ?? '', was }
    }),
  }
}

/** What the rows state; one without a value or a day states nothing. */
export function statedIn(rows: Rows): { values: Value[]; reached: Reached[] } {
  const evidence = (was: Value | Reached | undefined, document: string) => ({ ...was?.evidence, document: document.trim() || undefined })
  return {
    values: rows.values.flatMap(({ was, value, document, unit, ...key }) =>
      typeof value === 'number' ? [{ ...was, ...key, value, unit: unit.trim(), evidence: evidence(was, document) }] : [],
    ),
    reached: rows.reached.flatMap(({ was, milestone, on, document }) =>
      on ? [{ ...was, milestone, on, evidence: evidence(was, document) }] : [],
    ),
  }
}
