// The land under every map: Natural Earth by way of world-atlas, cut at build time, without political borders.
import type { FeatureCollection, MultiLineString } from 'geojson'
import { unpacked } from './packed'

export interface Land {
  readonly land: FeatureCollection
  readonly coast: MultiLineString
  /** West, south, east, north of the cut. */
  readonly box: readonly [number, number, number, number]
}

/** A cut stands packed in a single page. */
const cut = async ({ default: land }: { default: unknown }) => (typeof land === 'string' ? unpacked<Land>(land) : (land as Land))

/** The world at 1:110 m. */
export const worldLand = async (): Promise<Land> => cut(await import('$gen/land-world.json'))
/** The world at 1:50 m, for a closer look. */
export const finerLand = async (): Promise<Land> => cut(await import('$gen/land-finer.json'))
/** The Pearl River Delta at 1:10 m. */
export const deltaLand = async (): Promise<Land> => cut(await import('$gen/land-delta.json'))
