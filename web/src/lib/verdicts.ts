// Verdicts on stated figures: their words, and the tone of each. A sign of its own stands beside the colour always.
import type { ClaimView } from '$gen/api'
import { messages } from './messages.svelte'

export type Verdict = ClaimView['verdict']

/** In the order in which they are listed everywhere. */
export const VERDICTS: readonly Verdict[] = [
  'supported',
  'consistent within the stated bound',
  'contradicted',
  'no evidence',
  'not checkable',
]

/** Short forms for addresses and styles. */
export const SLUGS: Readonly<Record<Verdict, string>> = {
  supported: 'supported',
  'consistent within the stated bound': 'consistent',
  contradicted: 'contradicted',
  'no evidence': 'unproven',
  'not checkable': 'uncheckable',
}

export const verdictOf = (slug: string): Verdict | undefined => VERDICTS.find((v) => SLUGS[v] === slug)

export const verdicts = messages({
  en: {
    supported: 'Supported',
    'consistent within the stated bound': 'Consistent within the stated bound',
    contradicted: 'Contradicted',
    'no evidence': 'No evidence',
    'not checkable': 'Not checkable',
  },
  'zh-Hans': {
    supported: '有数据支持',
    'consistent within the stated bound': '与所述范围相符',
    contradicted: '与数据不符',
    'no evidence': '暂无佐证',
    'not checkable': '无法核验',
  },
  'zh-Hant': {
    supported: '獲數據支持',
    'consistent within the stated bound': '與所述範圍相符',
    contradicted: '與數據不符',
    'no evidence': '暫無佐證',
    'not checkable': '無法核實',
  },
})
