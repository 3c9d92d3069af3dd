// What all charts have in common: the design's colours and type, and tooltips that never read data as HTML.
import type { EChartsCoreOption } from 'echarts/core'
import { token } from './theme.svelte'

/** Colours of series, in order. */
export const palette = (): string[] => [1, 2, 3, 4, 5, 6, 7, 8].map((i) => token(`--c${i}`))

/** Options under every chart; a chart's own are laid over them. */
export function baseOption(): EChartsCoreOption {
  const text = token('--ink-2')
  const axis = {
    axisLine: { lineStyle: { color: token('--rule-strong') } },
    axisTick: { show: false },
    axisLabel: { color: text, fontSize: 12 },
    nameTextStyle: { color: token('--ink-3'), fontSize: 12 },
    splitLine: { lineStyle: { color: token('--rule'), type: [2, 4] } },
  }
  return {
    animation: false,
    color: palette(),
    // In a saved SVG the names of fonts stand inside double quotes.
    textStyle: { fontFamily: token('--sans').replaceAll('"', "'"), color: text },
    grid: { left: 8, right: 24, top: 40, bottom: 8, containLabel: true },
    tooltip: {
      renderMode: 'richText',
      backgroundColor: token('--surface'),
      borderColor: token('--rule-strong'),
      borderWidth: 1,
      textStyle: { color: token('--ink'), fontSize: 13 },
      confine: true,
    },
    legend: { textStyle: { color: text }, icon: 'roundRect', itemWidth: 14, itemHeight: 4, top: 0, left: 0, type: 'plain' },
    xAxis: axis,
    yAxis: { ...axis, axisLine: { show: false } },
  }
}

type Plain = Record<string, unknown>
const isPlain = (x: unknown): x is Plain => typeof x === 'object' && x !== null && !Array.isArray(x)

/** `over` laid over `under`, deeply; arrays and functions are taken whole. */
export function merge<T extends object>(under: T, over: object): T {
  const out: Plain = { ...(under as Plain) }
  for (const [key, value] of Object.entries(over)) {
    const below = out[key]
    out[key] = isPlain(below) && isPlain(value) ? merge(below, value) : value
  }
  return out as T
}
