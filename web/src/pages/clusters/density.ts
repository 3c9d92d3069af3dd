// Where the points are, as marks for a map: cells of a grid, put together into coarser ones for a view from afar, and the
// marks of one tile of the map. Tiles are drawn once and then only moved, so that a hundred thousand points pan like none.
import type { Density } from '$gen/api'

/** Marks in the square of the map (x from west to east, y from north to south, 0 to 1), the heaviest last. */
export interface Marks {
  readonly x: Float64Array
  readonly y: Float64Array
  /** Weight from 0 to 1, on a logarithmic scale. */
  readonly w: Float64Array
}

export interface Level {
  readonly marks: Marks
  /** Width of a cell in degrees. */
  readonly cell: number
  /** The level is drawn from this zoom … */
  readonly minzoom: number
  /** … up to this one. */
  readonly maxzoom: number
}

/** A mark in a tile: its place in pixels, its weight. */
export interface Placed {
  readonly x: number
  readonly y: number
  readonly w: number
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

/** Where Web Mercator ends. */
const NORTHMOST = 85.051129

function marksOf(cells: readonly (readonly [number, number, number])[]): Marks {
  const most = Math.log1p(cells.reduce((top, c) => Math.max(top, c[2]), 0)) || 1
  const shown = cells.filter(([, lat]) => Math.abs(lat) < NORTHMOST).sort((a, b) => a[2] - b[2])
  return {
    x: Float64Array.from(shown, ([lon]) => lon / 360 + 0.5),
    y: Float64Array.from(shown, ([, lat]) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI)),
    w: Float64Array.from(shown, (c) => Math.log1p(c[2]) / most),
  }
}

/** Pixels of a side of a tile; at zoom 0 one tile is the world. */
export const TILE = 512
/** A cell is drawn from the zoom at which it is so many pixels wide. */
const WIDE = 3
/** Least radius of a mark in pixels. */
const LEAST = 1.6

const widthAt0 = (cell: number) => (cell / 360) * TILE
const zoomOf = (cell: number) => Math.log2(WIDE / widthAt0(cell))

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

/** The level that is drawn at a zoom. */
export const levelAt = (all: readonly Level[], zoom: number): Level | undefined => all.find((l) => l.minzoom <= zoom && zoom < l.maxzoom)

/** Radius of a level's marks in pixels at a zoom: a little more than half a cell, so that neighbours touch. */
export const radiusAt = (level: Level, zoom: number): number => Math.max(LEAST, widthAt0(level.cell) * 2 ** zoom * 0.575)

/** The marks of a level that touch a tile, also from beyond the antimeridian, in the order in which they are drawn. */
export function placed(level: Level, zoom: number, column: number, row: number): Placed[] {
  const { x, y, w } = level.marks
  const [scale, reach] = [TILE * 2 ** zoom, radiusAt(level, zoom)]
  const found: Placed[] = []
  const turns = [-1, 0, 1].filter((turn) => turn === 0 || column === (turn < 0 ? 0 : 2 ** zoom - 1))
  for (let i = 0; i < w.length; i++) {
    const py = (y[i] ?? 0) * scale - row * TILE
    for (const turn of turns) {
      const px = ((x[i] ?? 0) + turn) * scale - column * TILE
      if (px > -reach && px < TILE + reach && py > -reach && py < TILE + reach) found.push({ x: px, y: py, w: w[i] ?? 0 })
    }
  }
  return found
}
