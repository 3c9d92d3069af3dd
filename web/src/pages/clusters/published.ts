// Choices over a published ranking.
import type { PlaceItem as Place, PublishedClusters as Published, PublishedRow, SourceItem as Source } from '$gen/api'
import { local } from '$lib/messages.svelte'
import { span } from '$lib/periods'

const DRAWN = 20

/** Where the editions lie in time; undefined where one of them has no place in it. */
export function yearsOf(published: Published): readonly number[] | undefined {
  const years = published.editions.map((edition) => span(edition).at)
  return years.every(Number.isFinite) ? years : undefined
}

const rankFigure = (published: Published, row: PublishedRow) =>
  published.rank_indicator === null ? undefined : row.figures[published.rank_indicator]

/** Who makes the ranking: the body that most of its ranks come from. */
function makerOf(published: Published, sources: ReadonlyMap<string, Source>): string | undefined {
  const ranks = new Map<string, number>()
  const named = published.rows.flatMap((row) => rankFigure(published, row)?.source ?? [])
  for (const maker of named.flatMap((id) => sources.get(id)?.makers ?? [])) ranks.set(maker.en, (ranks.get(maker.en) ?? 0) + 1)
  return [...ranks].sort((a, b) => b[1] - a[1])[0]?.[0]
}

/** Whether the rank of a cluster is known only from somebody who reports what the ranking's maker published. */
export function isRetold(published: Published, row: PublishedRow, sources: ReadonlyMap<string, Source>): boolean {
  const maker = makerOf(published, sources)
  const own = (source: Source | undefined) => !source?.retold && (maker === undefined || source?.makers.some((o) => o.en === maker))
  const named = rankFigure(published, row)?.source ?? []
  return named.length > 0 && !named.some((id) => own(sources.get(id)))
}

/** How much of an edition is recorded: ranks from the publisher, and ranks as others report them. */
export function recorded(published: Published, rows: readonly PublishedRow[], sources: ReadonlyMap<string, Source>) {
  const ranked = rows.filter((row) => rankOf(published, row) !== null)
  const retold = ranked.filter((row) => isRetold(published, row, sources)).length
  return { all: ranked.length, first: ranked.length - retold, retold }
}

/** Sources of everything that a row shows, that of the rank first. */
export function sourcesOf(published: Published, row: PublishedRow): readonly string[] {
  const ranked = rankFigure(published, row)?.source ?? []
  return [...new Set([...ranked, ...Object.values(row.figures).flatMap((f) => f.source)])]
}

export const rankOf = (published: Published, row: PublishedRow | undefined): number | null =>
  (published.rank_indicator === null ? undefined : row?.figures[published.rank_indicator])?.value ?? null

/** How many places a cluster has risen since the edition before, undefined where one of the ranks is not recorded. */
export function riseOf(published: Published, row: PublishedRow): number | undefined {
  const before = editionBefore(published, row.edition)
  const earlier = published.rows.find((other) => other.place === row.place && other.edition === before)
  const [was, is] = [rankOf(published, earlier), rankOf(published, row)]
  return was === null || is === null ? undefined : was - is
}

export const editionBefore = (published: Published, edition: string): string | undefined =>
  published.editions[published.editions.indexOf(edition) - 1]

/** Names of the economies that a place lies in, directly or through others. */
export function economiesOf(place: string, places: ReadonlyMap<string, Place>): readonly string[] {
  const above = new Set<string>()
  const climb = (id: string) => {
    for (const parent of places.get(id)?.parents ?? []) if (!above.has(parent)) climb(parent), above.add(parent)
  }
  climb(place)
  return [...above].flatMap((id) => places.get(id) ?? []).filter((p) => p.kind === 'economy').map((p) => local(p.name))
}

export const inEdition = (published: Published, edition: string): readonly PublishedRow[] =>
  published.rows.filter((row) => row.edition === edition)

/** Ranks of the clusters over the editions: the first of any edition, those marked and the one chosen. */
export function coursesOf(published: Published, marked: ReadonlySet<string | undefined>) {
  const places = [...new Set(published.rows.map((row) => row.place))]
  return places
    .map((place) => {
      const own = published.rows.filter((row) => row.place === place)
      const ranks = published.editions.map((edition) => rankOf(published, own.find((row) => row.edition === edition)))
      const best = Math.min(...ranks.map((rank) => rank ?? Infinity))
      const name = own[0] ? local(own[0].name) : place
      return { id: place, name, ranks, best, marked: marked.has(place) }
    })
    .filter((item) => item.marked || item.best <= DRAWN)
    .filter((item) => item.best < Infinity)
    .sort((a, b) => a.best - b.best)
}
