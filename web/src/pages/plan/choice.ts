// What a reader has chosen of the plan: it all stands in the address.
import { local } from '$lib/messages.svelte'
import { href, route, type Query } from '$lib/router.svelte'
import type { TaskState } from '$lib/planwords'
import type { Named, ProgrammeStatus, PartyReport as Report, TaskStatus as Task } from '$gen/api'

export const VIEWS = ['table', 'board', 'timeline', 'parties'] as const
export type View = (typeof VIEWS)[number]

export interface Choice {
  readonly party: string
  readonly field: string
  readonly mechanism: string
  readonly states: readonly string[]
}

export function choice(): Choice {
  const { party = '', field = '', mechanism = '', status = '' } = route.query
  return { party, field, mechanism, states: status.split(',').filter(Boolean) }
}

/** The lead of a task and who leads with it. */
export const leads = ({ task }: Task): readonly string[] => [task.lead, ...task.co_leads]
/** Who has part in a task without leading it, cities last. */
export const joined = ({ task }: Task): readonly string[] => [...task.partners, ...task.cities]
export const hasPart = (task: Task, party: string): boolean => leads(task).includes(party) || joined(task).includes(party)

/** The tasks that fit; `states` may be left out, to count what each state would show. */
export function fitting(tasks: readonly Task[], chosen: Choice, states: readonly string[] = chosen.states): readonly Task[] {
  return tasks.filter(
    (t) =>
      (!chosen.party || hasPart(t, chosen.party)) &&
      (!chosen.field || t.task.field === chosen.field) &&
      (!chosen.mechanism || t.task.mechanism === chosen.mechanism) &&
      (!states.length || states.includes(t.state)),
  )
}

/** Name of one of the plan's parties, fields or mechanisms. */
export function nameIn(list: readonly Named[], id: string | null): string {
  const found = list.find((x) => x.id === id)
  return found ? local(found.name) : (id ?? '')
}

/** What a state of a task is called. */
export const stateName = (plan: ProgrammeStatus, state: TaskState): string => local(plan.states.task[state])
/** What a state of a report is called. */
export const reportName = (plan: ProgrammeStatus, state: Report['state']): string => local(plan.states.report[state])

/** What stays in the address from one page of the plan to the next: the year and the day that are looked at. */
const kept = () => ({ year: route.query['year'], as_of: route.query['as_of'] })
/** Address of the year's tasks, of some of them where something is chosen. */
export const planHref = (chosen: Query = {}): string => href('plan', { ...kept(), ...chosen })
/** Address of a task. */
export const taskHref = (id: string): string => href('plan', id, kept())

/** Key of the shown figure of an indicator, place and period. */
export const figureKey = (of: { readonly indicator: string; readonly place: string; readonly period: string }): string =>
  [of.indicator, of.place, of.period].map(encodeURIComponent).join('/')

/** The reports of a task, those of one period together. */
export function byPeriodOf(reports: readonly Report[]): readonly (readonly Report[])[] {
  return [...new Set(reports.map((r) => r.period))].map((period) => reports.filter((r) => r.period === period))
}
