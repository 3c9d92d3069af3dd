// Names of the types of indicators.
import { messages } from './messages.svelte'

/** How an indicator is made, by its declared type. */
export const types = messages({
  en: {
    published: 'taken as published',
    count: 'count of records',
    distinct: 'count of different values',
    statistic: 'statistic of records',
    flow: 'flows between sides',
    sum: 'sum',
    ratio: 'ratio',
    expression: 'arithmetic over indicators',
    share: 'share',
    growth: 'growth',
    change: 'change',
    cumulative: 'running total',
    rolling: 'last periods together',
    distribution: 'distribution over places',
    rank: 'rank',
    membership: 'membership',
    streak: 'years in a row',
    cluster: 'search for clusters',
  },
  'zh-Hans': {
    published: '取自公布数据',
    count: '记录计数',
    distinct: '去重计数',
    statistic: '记录统计量',
    flow: '各方之间流动',
    sum: '合计',
    ratio: '比值',
    expression: '指标运算',
    share: '占比',
    growth: '增长率',
    change: '增减量',
    cumulative: '累计',
    rolling: '近期合计或平均',
    distribution: '地区分布',
    rank: '位次',
    membership: '是否入围',
    streak: '连续年数',
    cluster: '集群识别',
  },
  'zh-Hant': {
    published: '取自公布數據',
    count: '紀錄計數',
    distinct: '去重計數',
    statistic: '紀錄統計量',
    flow: '各方之間流動',
    sum: '合計',
    ratio: '比值',
    expression: '指標運算',
    share: '佔比',
    growth: '增長率',
    change: '增減量',
    cumulative: '累計',
    rolling: '近期合計或平均',
    distribution: '地區分布',
    rank: '排名',
    membership: '是否入圍',
    streak: '連續年數',
    cluster: '集群識別',
  },
})

/** The name for a key, or the key itself where nobody has named it. */
export function named(names: object, key: string): string {
  return (names as Readonly<Record<string, string>>)[key] ?? key
}
