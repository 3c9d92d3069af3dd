// A text cut into paragraphs, and each into words and figures. Everything stays text: nothing in it becomes markup,
// except that Markdown's headings and bold type are shown as such.
import type { ClaimView as Claim } from '$gen/api'

export type Segment = { readonly claim: Claim; readonly text: string } | { readonly claim: null; readonly text: string; readonly strong: boolean }

export interface Block {
  readonly start: number
  readonly kind: 'heading' | 'paragraph'
  readonly segments: readonly Segment[]
}

/** Where paragraphs begin and end: an empty line parts them. */
function* paragraphs(text: string): Generator<readonly [number, number]> {
  const gap = /\r?\n[^\S\n]*(?:\r?\n[^\S\n]*)+/g
  let start = 0
  for (const found of text.matchAll(gap)) {
    yield [start, found.index]
    start = found.index + found[0].length
  }
  yield [start, text.length]
}

/** Words between figures; `**` switches bold type on and off and is not shown. */
function wordsOf(text: string, bold: boolean): { segments: Segment[]; bold: boolean } {
  const segments: Segment[] = []
  text.split('**').forEach((part, i) => {
    if (i > 0) bold = !bold
    if (part) segments.push({ claim: null, text: part, strong: bold })
  })
  return { segments, bold }
}

/** Blocks of a text with their figures; `marked` says whether Markdown's signs are signs. */
export function blocksOf(text: string, claims: readonly Claim[], marked: boolean): readonly Block[] {
  const ordered = [...claims].sort((a, b) => a.start - b.start || b.end - a.end)
  const blocks: Block[] = []
  let next = 0
  for (const [from, to] of paragraphs(text)) {
    const raw = text.slice(from, to)
    if (!raw.trim()) continue
    const heading = marked ? /^\s*#{1,6}\s+/.exec(raw) : null
    const bolds = marked && (raw.split('**').length - 1) % 2 === 0
    const segments: Segment[] = []
    let at = from + (heading?.[0].length ?? 0)
    let bold = false
    const say = (end: number) => {
      const words = text.slice(at, end)
      if (!bolds) {
        if (words) segments.push({ claim: null, text: words, strong: false })
        return
      }
      const read = wordsOf(words, bold)
      segments.push(...read.segments)
      bold = read.bold
    }
    for (; next < ordered.length; next++) {
      const claim = ordered[next]
      if (!claim || claim.start >= to) break
      if (claim.start < at || claim.end > to) continue // within another figure, or across paragraphs: the table lists it
      say(claim.start)
      segments.push({ claim, text: text.slice(claim.start, claim.end) })
      at = claim.end
    }
    say(to)
    blocks.push({ start: from, kind: heading ? 'heading' : 'paragraph', segments })
  }
  return blocks
}

/** The sentence of a figure, parted around the figure where it can be found in it. */
export function aroundQuote(sentence: string, quote: string): readonly [string, string, string] {
  const at = sentence.indexOf(quote)
  return at < 0 ? [sentence, '', ''] : [sentence.slice(0, at), quote, sentence.slice(at + quote.length)]
}
