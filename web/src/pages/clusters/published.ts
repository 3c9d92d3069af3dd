// Choices over a published ranking.
import { local } from '$lib/messages.svelte'
import type { PublishedClusters as Published, PublishedRow } from '$gen/api'

const DRAWN = 20

export const rankOf = (published: Published, row: PublishedRow | undefined): number | null =>
  (published.rank_indicator === null ? undefined : row?.figures[published.rank_indicator])?.value ?? null

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
