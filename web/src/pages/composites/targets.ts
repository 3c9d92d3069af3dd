// Results that sensitivity speaks of, as the server names them, in the reader's words.
interface Words {
  readonly meanShift: string
  readonly rankOf: (place: string) => string
  readonly above: (a: string, b: string) => string
}

/** `mean rank shift`, `rank of <place>`, `<place> above <place>`; anything else is shown as it is written. */
export function targetText(target: string, m: Words, nameOf: (place: string) => string): string {
  if (target === 'mean rank shift') return m.meanShift
  const rank = /^rank of (.+)$/.exec(target)
  if (rank) return m.rankOf(nameOf(rank[1] ?? ''))
  const above = /^(.+) above (.+)$/.exec(target)
  return above ? m.above(nameOf(above[1] ?? ''), nameOf(above[2] ?? '')) : target
}
