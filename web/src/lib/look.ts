// How states look: a tone and a shape each, so that none is told by colour alone.
import type { MilestoneStatus, PartyReport, TargetStatus } from '$gen/api'
import type { TaskState } from './planwords'

export type Tone = 'good' | 'warn' | 'bad' | 'accent' | 'plain' | 'silent'
export type Shape = 'check' | 'alarm' | 'gap' | 'caution' | 'half' | 'ahead' | 'ring' | 'eye' | 'pen' | 'back'

export interface Look {
  readonly tone: Tone
  readonly shape: Shape
}
const look = (tone: Tone, shape: Shape): Look => ({ tone, shape })

export const TASK: Readonly<Record<TaskState, Look>> = {
  overdue: look('bad', 'alarm'),
  not_reported: look('silent', 'gap'),
  at_risk: look('warn', 'caution'),
  in_progress: look('accent', 'half'),
  on_track: look('good', 'ahead'),
  no_account: look('plain', 'gap'),
  done: look('good', 'check'),
  planned: look('plain', 'ring'),
}
export const TARGET: Readonly<Record<TargetStatus['state'], Look>> = {
  met: look('good', 'check'),
  missed: look('bad', 'alarm'),
  on_path: look('good', 'ahead'),
  behind: look('warn', 'caution'),
  open: look('plain', 'ring'),
  awaited: look('silent', 'gap'),
  no_figure: look('silent', 'gap'),
  monitored: look('plain', 'eye'),
}
export const MILESTONE: Readonly<Record<MilestoneStatus['state'], Look>> = {
  reached: look('good', 'check'),
  reached_late: look('warn', 'check'),
  overdue: look('bad', 'alarm'),
  due_soon: look('warn', 'caution'),
  open: look('plain', 'ring'),
}
export const REPORT: Readonly<Record<PartyReport['state'], Look>> = {
  none: look('silent', 'gap'),
  presented: look('accent', 'half'),
  public: look('plain', 'eye'),
  draft: look('plain', 'pen'),
  submitted: look('accent', 'half'),
  returned: look('warn', 'back'),
  approved: look('good', 'check'),
}
