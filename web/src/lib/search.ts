// Search in names: English words, Chinese in both scripts, pinyin in full or by initials.
import type { IndicatorItem as CatalogueEntry } from '$gen/api'

interface Indexed<T> {
  readonly item: T
  readonly names: readonly string[]
  readonly text: string
}

/** Lower case, full-width Latin as half-width, one space between words. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
}

/** Something searchable: its names, best first, and everything else that may be typed for it. */
export interface Searchable {
  readonly names: readonly string[]
  readonly more: readonly string[]
}

/** A search over items: an empty query gives all in their order; else the best hits first. */
export function searcher<T>(items: readonly T[], describe: (item: T) => Searchable): (query: string) => readonly T[] {
  const index: Indexed<T>[] = items.map((item) => {
    const { names, more } = describe(item)
    const folded = names.map(fold)
    return { item, names: folded, text: [...folded, ...more.map(fold)].join('\n') }
  })
  return (query) => {
    const terms = fold(query).split(' ').filter(Boolean)
    if (terms.length === 0) return items
    const whole = terms.join(' ')
    return index
      .filter(({ text }) => terms.every((term) => text.includes(term)))
      .map((entry) => ({ item: entry.item, rank: rank(entry, whole), more: beyond(entry, whole) }))
      .sort((a, b) => a.rank - b.rank || a.more - b.more)
      .map(({ item }) => item)
  }
}

/** How much more than what was typed the nearest name says: the plain one goes before its variants. */
function beyond(entry: Indexed<unknown>, whole: string): number {
  const lengths = entry.names.filter((name) => name.includes(whole)).map((name) => name.length - whole.length)
  return lengths.length ? Math.min(...lengths) : 0
}

function rank(entry: Indexed<unknown>, whole: string): number {
  if (entry.names.includes(whole)) return 0
  if (entry.names.some((name) => name.startsWith(whole))) return 1
  if (new RegExp(`(^|[\\s\\n])${whole.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`).test(entry.text)) return 2
  return entry.names.some((name) => name.includes(whole)) ? 3 : 4
}

/** A search over the catalogue of indicators. */
export function catalogueSearch(entries: readonly CatalogueEntry[]): (query: string) => readonly CatalogueEntry[] {
  return searcher(entries, (e) => ({
    names: [e.name['zh-Hans'], e.name['zh-Hant'], e.name.en],
    more: [e.id, e.search, ...e.aliases],
  }))
}
