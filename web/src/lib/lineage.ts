// From a figure's key to what it was made of.
import { load, LoadError } from './data.svelte'
import { mode } from './site'
import { href } from './router.svelte'
import type { IndicatorItem as CatalogueEntry, Lineage, PlaceItem as Place, SourceItem as Source } from '$gen/api'

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
export const observationHref = (key: string): string => {
  const [indicator = '', ...rest] = key.split('/')
  return href('observations', indicator, { of: rest.join('/') })
}

/** A server traces one figure with everything below it; the other modes hold the traces of an indicator and place together. */
async function ask(key: string): Promise<Lineage> {
  const { indicator, place, period, breakdown } = splitKey(key)
  if (mode !== 'api') return load<Lineage>(`indicators/${indicator}/lineage/${place}`)
  return load<Lineage>(`indicators/${indicator}/lineage`, { place, period, ...(breakdown ? { breakdown } : {}) })
}

/** The answer that holds the trace of a figure; those of the figures below stand in it or are asked for by their keys. */
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

export const byId = <T extends { id: string }>(items: readonly T[]) => new Map(items.map((item) => [item.id, item]))

export async function loadNames(): Promise<Names> {
  const [indicators, places, sources] = await Promise.all([load('indicators'), load('places'), load('sources')])
  return { indicators: byId(indicators.items), places: byId(places.items), sources: byId(sources.items) }
}
