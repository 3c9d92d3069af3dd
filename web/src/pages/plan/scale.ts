// Where days lie on the timeline: whole months from the first to the last day that matters.
import { span } from '$lib/periods'
import type { ProgrammeStatus, PartyReport as Report } from '$gen/api'

/** A day (or month) as a position in years. */
export const at = (day: string): number => span(day).at

/** The day that a report belongs to: when it is due, or else the end of its period. */
export const reportAt = (report: Report): number => (report.due ? at(report.due) : span(report.period).end)

export interface Scale {
  readonly from: number
  readonly to: number
  readonly x: (position: number) => number
  readonly months: readonly { readonly year: number; readonly month: number; readonly at: number }[]
}

/** A scale over everything that the plan dates, `width` wide. */
export function scaleOf(plan: ProgrammeStatus, width: number): Scale {
  const year = plan.programme.year ?? 0
  const last = Math.max(year, ...plan.tasks.map((t) => t.task.through ?? t.task.year))
  const days = [...plan.timeline.map((e) => e.on), plan.as_of].map(at)
  const from = Math.floor(Math.min(year, ...days) * 12 + 1e-6) / 12
  const to = Math.ceil(Math.max(last + 1, ...days) * 12 - 1e-6) / 12
  const total = Math.round((to - from) * 12)
  const months = Array.from({ length: total }, (_, i) => {
    const n = Math.round(from * 12) + i
    return { year: Math.floor(n / 12), month: (n % 12) + 1, at: n / 12 }
  })
  return { from, to, x: (position) => ((position - from) / (to - from)) * width, months }
}
