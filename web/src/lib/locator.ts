// A still map as a picture: Mercator, rings as they stand, and names beside their dots where there is room for them.
import type { Position } from 'geojson'
import { deltaLand, worldLand, type Land } from './land'
import type { PlaceItem as Place } from '$gen/api'

export type Box = readonly [west: number, south: number, east: number, north: number]
type Point = readonly [x: number, y: number]

export interface Located extends Place {
  readonly lat: number
  readonly lon: number
}

export const isLocated = (place: Place): place is Located => place.lat !== null && place.lon !== null

/** The rectangle around places, with a margin. */
export function around(places: readonly Located[]): Box {
  const lons = places.map((p) => p.lon)
  const lats = places.map((p) => p.lat)
  const margin = Math.max(0.3, (Math.max(...lons) - Math.min(...lons)) * 0.14)
  return [Math.min(...lons) - margin, Math.min(...lats) - margin, Math.max(...lons) + margin, Math.max(...lats) + margin]
}

/** The finest cut of the land that holds the rectangle. */
export async function landFor(box: Box): Promise<Land> {
  const delta = await deltaLand()
  const [w, s, e, n] = delta.box
  return box[0] >= w && box[1] >= s && box[2] <= e && box[3] <= n ? delta : worldLand()
}

/** Mercator, with the rectangle filling the width; and the height that it then has. */
export function mercator(box: Box, width: number): { height: number; project: (lon: number, lat: number) => Point } {
  const y = (lat: number) => (Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) * 180) / Math.PI
  const scale = width / (box[2] - box[0])
  const top = y(box[3])
  return {
    height: (top - y(box[1])) * scale,
    project: (lon, lat) => [(lon - box[0]) * scale, (top - y(Math.max(-85, Math.min(85, lat)))) * scale],
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
const widthOf = (text: string) => [...text].reduce((sum, c) => sum + (c.charCodeAt(0) > 0x2e80 ? SIZE : SIZE * 0.56), 0)

/** Places each name on the first free side of its dot; null where no side is free. */
export function placeLabels(dots: readonly { readonly at: Point; readonly text: string }[]): readonly (Label | null)[] {
  const taken = dots.map(({ at: [x, y] }) => [x - 5, y - 5, x + 5, y + 5] as const)
  const free = (b: readonly [number, number, number, number]) =>
    taken.every((t) => b[2] <= t[0] || b[0] >= t[2] || b[3] <= t[1] || b[1] >= t[3])
  return dots.map(({ at: [x, y], text }) => {
    const w = widthOf(text)
    const sides: (readonly [Label, readonly [number, number, number, number]])[] = [
      [{ x: x + 8, y: y + 5, anchor: 'start' }, [x + 6, y - 8, x + 10 + w, y + 8]],
      [{ x: x - 8, y: y + 5, anchor: 'end' }, [x - 10 - w, y - 8, x - 6, y + 8]],
      [{ x, y: y - 9, anchor: 'middle' }, [x - w / 2 - 2, y - 22, x + w / 2 + 2, y - 6]],
      [{ x, y: y + 19, anchor: 'middle' }, [x - w / 2 - 2, y + 6, x + w / 2 + 2, y + 22]],
    ]
    for (const [label, box] of sides) {
      if (!free(box)) continue
      taken.push(box)
      return label
    }
    return null
  })
}
