// States of the plan's tasks, worst first, and of their targets, as the plan's own words have them.
import { messages } from './messages.svelte'

export const TASK_STATES = ['overdue', 'not_reported', 'at_risk', 'in_progress', 'on_track', 'no_account', 'done', 'planned'] as const
export type TaskState = (typeof TASK_STATES)[number]

/** Tone of a state: a class of `.chip`, and the colour of its part in a bar. */
export const STATE_TONE: Readonly<Record<TaskState, { readonly chip: string; readonly colour: string }>> = {
  overdue: { chip: 'bad', colour: 'var(--seal)' },
  not_reported: { chip: 'warn', colour: 'var(--warn)' },
  at_risk: { chip: 'warn', colour: 'var(--c5)' },
  in_progress: { chip: 'accent', colour: 'var(--c6)' },
  on_track: { chip: 'accent', colour: 'var(--accent)' },
  no_account: { chip: '', colour: 'var(--rule)' },
  done: { chip: 'good', colour: 'var(--good)' },
  planned: { chip: '', colour: 'var(--rule-strong)' },
}

export const taskStates = messages({
  en: {
    overdue: 'overdue',
    not_reported: 'not reported',
    at_risk: 'at risk',
    in_progress: 'in progress',
    on_track: 'on track',
    no_account: 'nothing published',
    done: 'done',
    planned: 'planned',
  },
  'zh-Hans': {
    overdue: '逾期',
    not_reported: '未报送',
    at_risk: '有风险',
    in_progress: '推进中',
    on_track: '进展正常',
    no_account: '暂无公开进展',
    done: '已完成',
    planned: '未开始',
  },
  'zh-Hant': {
    overdue: '逾期',
    not_reported: '未報告',
    at_risk: '有風險',
    in_progress: '推進中',
    on_track: '進展正常',
    no_account: '暫無公開進展',
    done: '已完成',
    planned: '未開始',
  },
})

export const targetStates = messages({
  en: {
    met: 'met', missed: 'missed', on_path: 'on the way', behind: 'behind', open: 'open', awaited: 'figure awaited',
    no_figure: 'no figure', monitored: 'watched only',
  },
  'zh-Hans': {
    met: '已达标', missed: '未达标', on_path: '进度正常', behind: '进度滞后', open: '待判定', awaited: '待数据发布',
    no_figure: '暂无数据', monitored: '仅作监测',
  },
  'zh-Hant': {
    met: '已達標', missed: '未達標', on_path: '進度正常', behind: '進度滯後', open: '待判定', awaited: '待數據公布',
    no_figure: '暫無數據', monitored: '只作監察',
  },
})
