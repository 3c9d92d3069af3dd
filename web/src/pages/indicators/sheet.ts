// All figures of an indicator as a table to take away: names beside identifiers, and what every column means.
import type { Sheet } from '$lib/download'
import { local, messages } from '$lib/messages.svelte'
import type { Figure, IndicatorPage } from '$gen/api'

const meanings = messages({
  en: {
    indicator: 'Identifier of what is measured.',
    indicator_name: 'Its name.',
    place: 'Identifier of the place.',
    place_name: 'Its name.',
    period: 'When: a year (2025), month (2025-03), quarter (2025-Q1), fiscal year (2025/26), or years (2021..2025).',
    breakdown: 'Parts “field=value” joined by semicolons; empty for the total.',
    value: 'The value in its unit; empty where it is missing.',
    value_max: 'Upper end, where the source states a range.',
    unit: 'What value and value_max are measured in.',
    bound: 'How the source limits the value: eq equal, gt more than, ge at least, lt less than, le at most, approx about, order of the order of.',
    modality: 'Whether it happened (actual), is expected, or is a target.',
    status: 'Computed, published by others, estimated, simulated, or published and doubted (doubtful).',
    cumulative: 'Whether it is a total since a beginning rather than of the period.',
    shown: 'Whether it is the one that is shown, where there are several.',
    source: 'Identifiers of the sources, joined by semicolons.',
    source_title: 'Their titles.',
    reason: 'Why a missing value is missing.',
    note: 'What the source or the computation wants the reader to know.',
    text: 'The value as it is written, with bound and unit.',
  },
  'zh-Hans': {
    indicator: '指标的标识。',
    indicator_name: '指标名称。',
    place: '地区的标识。',
    place_name: '地区名称。',
    period: '时期：年（2025）、月（2025-03）、季（2025-Q1）、财政年度（2025/26）或多年（2021..2025）。',
    breakdown: '分项，写作“字段=值”，以分号相隔；合计为空。',
    value: '以 unit 计的数值；缺数为空。',
    value_max: '来源给出区间时的上端。',
    unit: 'value 和 value_max 的计量单位。',
    bound: '来源对数值的限定：eq 等于，gt 超过，ge 不低于，lt 不足，le 不超过，approx 约，order 数量级。',
    modality: '实际（actual）、预期（expected）或目标（target）。',
    status: '计算（computed）、公布（published）、估计（estimated）、模拟（simulated）或公布而存疑（doubtful）。',
    cumulative: '是否为自某时以来的累计，而非本期数。',
    shown: '有多个数值时是否为所显示的一个。',
    source: '来源的标识，以分号相隔。',
    source_title: '来源标题。',
    reason: '缺数的原因。',
    note: '来源或计算方法需要说明的事项。',
    text: '数值的写法，含限定和单位。',
  },
  'zh-Hant': {
    indicator: '指標的識別碼。',
    indicator_name: '指標名稱。',
    place: '地區的識別碼。',
    place_name: '地區名稱。',
    period: '時期：年（2025）、月（2025-03）、季（2025-Q1）、財政年度（2025/26）或多年（2021..2025）。',
    breakdown: '分項，寫作「欄位=值」，以分號相隔；合計為空。',
    value: '以 unit 計的數值；缺數為空。',
    value_max: '來源給出區間時的上端。',
    unit: 'value 和 value_max 的計量單位。',
    bound: '來源對數值的限定：eq 等於，gt 超過，ge 不低於，lt 不足，le 不超過，approx 約，order 數量級。',
    modality: '實際（actual）、預期（expected）或目標（target）。',
    status: '計算（computed）、公布（published）、估計（estimated）、模擬（simulated）或公布而存疑（doubtful）。',
    cumulative: '是否為自某時以來的累計，而非本期數。',
    shown: '有多個數值時是否為所顯示的一個。',
    source: '來源的識別碼，以分號相隔。',
    source_title: '來源標題。',
    reason: '缺數的原因。',
    note: '來源或計算方法需要說明的事項。',
    text: '數值的寫法，含限定和單位。',
  },
})

/** Every figure of an indicator, those that are not shown too. */
export function sheetOf(indicator: IndicatorPage, nameOf: (place: string) => string, sourceOf: (f: Figure) => string): Sheet {
  const told = meanings()
  const rows = [...indicator.figures, ...indicator.others].map((f) => ({
    indicator: f.indicator,
    indicator_name: local(indicator.name),
    place: f.place,
    place_name: nameOf(f.place),
    period: f.period,
    breakdown: f.breakdown,
    value: f.value,
    value_max: f.value_max,
    unit: f.unit,
    bound: f.bound,
    modality: f.modality,
    status: f.status,
    cumulative: String(f.cumulative),
    shown: String(f.shown),
    source: f.source.join(';'),
    source_title: sourceOf(f),
    reason: f.reason && local(f.reason),
    note: f.note && local(f.note),
    text: local(f.text),
  }))
  const columns = Object.keys(told) as (keyof typeof told)[]
  return {
    columns,
    rows: rows.map((row) => columns.map((name) => row[name])),
    about: columns.map((name) => ({ meaning: told[name] })),
  }
}
