// From a figure's key to what it was made of.
import { load, LoadError, mode, request, resourceUrl } from './data.svelte'
import { href } from './router.svelte'
import type { CatalogueEntry, Lineage, Place, Source } from './types'

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What a key says: `indicator/place/period[/breakdown]`, and `@source` for a figure that is not the one shown. */
export function splitKey(key: string) {
  const [base = '', others] = key.split('@')
  const [indicator = '', place = '', period = '', breakdown = ''] = base.split('/').map(decode)
  return { indicator, place, period, breakdown, shown: others === undefined }
}

/** Address of a figure's own page. */
export const observationHref = (key: string): string => href('observations', ...key.split('/'))

async function ask(key: string): Promise<Lineage> {
  const { indicator, place, period, breakdown } = splitKey(key)
  const resource = `indicators/${indicator}/lineage`
  const address = resourceUrl(resource)
  // A server traces one figure; the other modes hold the traces of an indicator together.
  if (mode !== 'api' || address === null) return load<Lineage>(resource)
  const query = new URLSearchParams({ place, period, ...(breakdown ? { breakdown } : {}) })
  return request<Lineage>(`${address}?${query}`, resource)
}

/** The answer that holds the trace of a figure and everything below it. */
export async function loadLineage(key: string): Promise<Lineage> {
  const found = await ask(key)
  if (!found.traces[key]) throw new LoadError('missing', decode(key))
  return found
}

/** Names for the identifiers in a trace. */
export interface Names {
  readonly indicators: ReadonlyMap<string, CatalogueEntry>
  readonly places: ReadonlyMap<string, Place>
  readonly sources: ReadonlyMap<string, Source>
}

const byId = <T extends { id: string }>(items: readonly T[]) => new Map(items.map((item) => [item.id, item]))

export async function loadNames(): Promise<Names> {
  const [indicators, places, sources] = await Promise.all([load('indicators'), load('places'), load('sources')])
  return { indicators: byId(indicators.items), places: byId(places.items), sources: byId(sources.items) }
}
