// Verdicts on stated figures: their words, and the tone of each. A sign of its own stands beside the colour always.
import type { ClaimView } from '$gen/api'
import { messages } from './messages.svelte'

export type Verdict = ClaimView['verdict']

/** In the order in which they are listed everywhere. */
export const VERDICTS: readonly Verdict[] = [
  'supported',
  'same_origin',
  'consistent',
  'contradicted',
  'no_evidence',
  'not_checkable',
]

/** Short forms for addresses and styles. */
export const SLUGS: Readonly<Record<Verdict, string>> = {
  supported: 'supported',
  same_origin: 'same-origin',
  consistent: 'consistent',
  contradicted: 'contradicted',
  no_evidence: 'unproven',
  not_checkable: 'uncheckable',
}

export const verdictOf = (slug: string): Verdict | undefined => VERDICTS.find((v) => SLUGS[v] === slug)

export const verdicts = messages({
  en: {
    supported: 'Supported by an independent origin',
    same_origin: 'Stated by the same origin only',
    consistent: 'Consistent within the stated bound',
    contradicted: 'Contradicted',
    no_evidence: 'No evidence',
    not_checkable: 'Not checkable',
  },
  'zh-Hans': {
    supported: '获独立来源印证',
    same_origin: '与来源一致，未经独立印证',
    consistent: '与所述范围相符',
    contradicted: '与数据不符',
    no_evidence: '暂无佐证',
    not_checkable: '无法核验',
  },
  'zh-Hant': {
    supported: '獲獨立來源印證',
    same_origin: '與來源一致，未經獨立印證',
    consistent: '與所述範圍相符',
    contradicted: '與數據不符',
    no_evidence: '暫無佐證',
    not_checkable: '無法核實',
  },
})
