// A still map as a picture: Mercator, rings as they stand, and names beside their dots where there is room for them.
import type { Position } from 'geojson'
import { deltaLand, finerLand, worldLand, type Land } from './land'
import type { PlaceItem as Place } from '$gen/api'

export type Box = readonly [west: number, south: number, east: number, north: number]
type Point = readonly [x: number, y: number]

export interface Located extends Place {
  readonly lat: number
  readonly lon: number
}

export const isLocated = (place: Place): place is Located => place.lat !== null && place.lon !== null

/** A map is at least this wide for its height, so that places below each other do not fill the page. */
const LEAST_WIDTH = 1.6

/** Mercator's ordinate of a latitude, in degrees of longitude at the equator. */
const ordinate = (lat: number) => (Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) * 180) / Math.PI

/** The rectangle around places, with a margin. */
export function around(places: readonly Located[]): Box {
  const lons = places.map((p) => p.lon)
  const lats = places.map((p) => p.lat)
  const [west, east] = [Math.min(...lons), Math.max(...lons)]
  const [south, north] = [Math.min(...lats), Math.max(...lats)]
  const margin = Math.max(0.3, (east - west) * 0.14)
  const high = ordinate(north + margin) - ordinate(south - margin)
  const aside = Math.max(margin, (LEAST_WIDTH * high - (east - west)) / 2)
  return [Math.max(-180, west - aside), Math.max(-60, south - margin), Math.min(180, east + aside), Math.min(80, north + margin)]
}

/** Degrees of longitude from which on the coarse coast is as good as the finer one. */
const WIDE = 120

/** The finest cut of the land that holds the rectangle. */
export async function landFor(box: Box): Promise<Land> {
  const delta = await deltaLand()
  const [w, s, e, n] = delta.box
  if (box[0] >= w && box[1] >= s && box[2] <= e && box[3] <= n) return delta
  return box[2] - box[0] < WIDE ? finerLand() : worldLand()
}

/** Mercator, with the rectangle filling the width; and the height that it then has. */
export function mercator(box: Box, width: number): { height: number; project: (lon: number, lat: number) => Point } {
  const scale = width / (box[2] - box[0])
  const top = ordinate(box[3])
  return {
    height: (top - ordinate(box[1])) * scale,
    project: (lon, lat) => [(lon - box[0]) * scale, (top - ordinate(Math.max(-85, Math.min(85, lat)))) * scale],
  }
}

/** Paths of the land's rings and of the coast. */
export function landPaths(land: Land, project: (lon: number, lat: number) => Point): { rings: string; coast: string } {
  const path = (line: readonly Position[]) =>
    'M' + line.map(([lon = 0, lat = 0]) => project(lon, lat).map((v) => v.toFixed(1)).join(' ')).join('L')
  const polygons = land.land.features.flatMap(({ geometry: g }) =>
    g.type === 'Polygon' ? [g.coordinates] : g.type === 'MultiPolygon' ? g.coordinates : [],
  )
  return { rings: polygons.flat().map(path).join(''), coast: land.coast.coordinates.map(path).join('') }
}

export interface Label {
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'end' | 'middle'
}

const SIZE = 13
const CORE = 9
const widthOf = (text: string) => [...text].reduce((sum, c) => sum + (c.charCodeAt(0) > 0x2e80 ? SIZE : SIZE * 0.56), 0)

interface Dot {
  readonly at: Point
  readonly radius: number
  readonly text: string
}

/** Places each name on the first free side of its dot that lies on the map; null where there is none. */
export function placeLabels(dots: readonly Dot[], width: number): readonly (Label | null)[] {
  // Names may lie upon a large dot of their own or of others, not upon its middle.
  const taken = dots.map(({ at: [x, y], radius }) => {
    const core = Math.min(radius, CORE)
    return [x - core, y - core, x + core, y + core] as const
  })
  const free = (b: readonly [number, number, number, number]) =>
    taken.every((t) => b[2] <= t[0] || b[0] >= t[2] || b[3] <= t[1] || b[1] >= t[3])
  return dots.map(({ at: [x, y], radius: r, text }) => {
    const w = widthOf(text)
    const sides: (readonly [Label, readonly [number, number, number, number]])[] = [
      [{ x: x + r + 4, y: y + 5, anchor: 'start' }, [x + r + 2, y - 8, x + r + 6 + w, y + 8]],
      [{ x: x - r - 4, y: y + 5, anchor: 'end' }, [x - r - 6 - w, y - 8, x - r - 2, y + 8]],
      [{ x, y: y - r - 5, anchor: 'middle' }, [x - w / 2 - 2, y - r - 18, x + w / 2 + 2, y - r - 2]],
      [{ x, y: y + r + 15, anchor: 'middle' }, [x - w / 2 - 2, y + r + 2, x + w / 2 + 2, y + r + 18]],
    ]
    for (const [label, box] of sides) {
      if (box[0] < 0 || box[2] > width || !free(box)) continue
      taken.push(box)
      return label
    }
    return null
  })
}
