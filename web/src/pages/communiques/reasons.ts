// Why a claim has its verdict, in the reader's language, from the same parts that decided it.
import { local } from '$lib/messages.svelte'
import type { Check, Claim } from './types'
import { words } from './words'

/** In a sentence. What has no words of its own here is given as the server says it. */
export function reasonOf(claim: Claim, checks: readonly Check[], titleOf: (source: string) => string): string {
  const m = words()
  const others = claim.evidence.filter((e) => !e.own)
  const first = others[0] ?? claim.evidence[0]
  const sources = first ? first.sources.map(titleOf).join(m.comma) : ''
  const against = claim.checks.some((i) => checks[i]?.outcome === 'contradicts' && checks[i].subject.includes(claim.i))
  if (claim.verdict === 'contradicted' && against && others[0]?.outcome !== 'contradicts') return m.saysOtherwiseItself
  if (claim.ambiguous) return m.ambiguous
  if (first && others.length) {
    const said = { value: local(first.text), sources }
    if (first.outcome === 'supports') return m.supports(said.value, said.sources)
    if (first.outcome === 'consistent') return m.consistent(said.value, said.sources)
    if (first.outcome === 'contradicts') return m.contradicts(said.value, said.sources)
    return m.undecided(said.value, said.sources)
  }
  if (first) return claim.verdict === 'contradicted' ? m.recordedOtherwise(local(first.text)) : m.onlyItself
  if (claim.binding && claim.verdict === 'no evidence') return m.noFigure(local(claim.binding.name))
  if (!claim.binding && claim.reason.startsWith('the text gives no unit')) return m.noUnit
  if (!claim.binding && /^the unit .* is not known/.test(claim.reason)) return m.unknownUnit(claim.statement.unit)
  if (!claim.binding && claim.reason.startsWith('no indicator')) return m.noIndicator
  if (claim.reason.startsWith('a threshold')) return m.threshold
  if (claim.reason.startsWith('an average')) return m.average
  if (claim.reason.startsWith('compared with')) return m.comparedWith
  return claim.reason
}
