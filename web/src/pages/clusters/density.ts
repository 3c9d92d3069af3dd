// Where the points are, as marks for a map: cells of a grid, put together into coarser ones for a view from afar, so that
// a map of the world never draws a hundred thousand of them at once.
import type { FeatureCollection, Point } from 'geojson'
import type { Density } from './types'

/** Marks with a weight from 0 to 1, on a logarithmic scale. */
export type Marks = FeatureCollection<Point, { readonly w: number }>

export interface Level {
  readonly marks: Marks
  /** Width of a cell in degrees. */
  readonly cell: number
  readonly minzoom: number
  readonly maxzoom: number
}

/** Cells of a grid so many times as wide; the middle of a mark is the weighted middle of what is in it. */
export function coarser(cells: readonly (readonly number[])[], cell: number, times: number, column: number): [number, number, number][] {
  const width = cell * times
  const sums = new Map<string, [number, number, number]>()
  for (const c of cells) {
    const [lon = 0, lat = 0] = c
    const value = c[column] ?? 0
    if (value <= 0) continue
    const key = `${Math.floor(lon / width)} ${Math.floor(lat / width)}`
    const sum = sums.get(key)
    if (sum) {
      sum[0] += lon * value
      sum[1] += lat * value
      sum[2] += value
    } else sums.set(key, [lon * value, lat * value, value])
  }
  return [...sums.values()].map(([x, y, value]) => [x / value, y / value, value])
}

function marksOf(cells: readonly (readonly [number, number, number])[]): Marks {
  const most = Math.log1p(cells.reduce((top, c) => Math.max(top, c[2]), 0)) || 1
  return {
    type: 'FeatureCollection',
    features: cells.map(([lon, lat, value]) => ({
      type: 'Feature',
      properties: { w: Math.log1p(value) / most },
      geometry: { type: 'Point', coordinates: [lon, lat] },
    })),
  }
}

/** Pixels of a degree of longitude at zoom 0. */
const PIXELS = 512 / 360
/** A cell is drawn from the zoom at which it is so many pixels wide. */
const WIDE = 3

const zoomOf = (cell: number) => Math.log2(WIDE / (PIXELS * cell))

/** Levels of detail from afar to near; `column` is 2 for points, 3 and more for kinds. */
export function levels(density: Density, column: number): Level[] {
  const cell = density.cell_deg
  return [16, 4, 1].map((times, i, all) => {
    const finer = all[i + 1]
    return {
      cell: cell * times,
      marks: marksOf(coarser(density.cells, cell, times, column)),
      minzoom: i === 0 ? 0 : Math.max(0, zoomOf(cell * times)),
      maxzoom: finer === undefined ? 24 : Math.max(0.01, zoomOf(cell * finer)),
    }
  })
}

/** Radius of a mark in pixels at zoom 0; it doubles with every zoom. */
export const radiusAt0 = (cell: number): number => (cell * PIXELS) / 2
