// States of the plan's tasks, in the words of the plan itself; those that ask for something come first.
import { messages } from './messages.svelte'

export const taskStates = messages({
  en: {
    overdue: 'overdue',
    not_reported: 'not reported',
    at_risk: 'at risk',
    in_progress: 'in progress',
    on_track: 'on track',
    done: 'done',
    planned: 'planned',
  },
  'zh-Hans': {
    overdue: '逾期',
    not_reported: '未报送',
    at_risk: '有风险',
    in_progress: '推进中',
    on_track: '进展正常',
    done: '已完成',
    planned: '未开始',
  },
  'zh-Hant': {
    overdue: '逾期',
    not_reported: '未報告',
    at_risk: '有風險',
    in_progress: '推進中',
    on_track: '進展正常',
    done: '已完成',
    planned: '未開始',
  },
})
