// States of the plan's tasks.
import { messages } from './messages.svelte'

export const taskStates = messages({
  en: {
    achieved: 'achieved',
    done: 'done',
    on_track: 'on track',
    at_risk: 'at risk',
    late: 'late',
    behind: 'behind',
    not_started: 'not started',
    not_due: 'not due yet',
    blocked: 'blocked',
    no_report: 'no report',
    unknown: 'unknown',
  },
  'zh-Hans': {
    achieved: '已完成',
    done: '已完成',
    on_track: '按序推进',
    at_risk: '存在风险',
    late: '逾期',
    behind: '滞后',
    not_started: '未启动',
    not_due: '未到期',
    blocked: '受阻',
    no_report: '未报送',
    unknown: '不详',
  },
  'zh-Hant': {
    achieved: '已完成',
    done: '已完成',
    on_track: '按序推進',
    at_risk: '存在風險',
    late: '逾期',
    behind: '滯後',
    not_started: '未啟動',
    not_due: '未到期',
    blocked: '受阻',
    no_report: '未報送',
    unknown: '不詳',
  },
})
