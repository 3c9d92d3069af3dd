// Land without political borders, from Natural Earth as the npm package `world-atlas` carries it. The polygons are
// projected onto the plane here: as they stand, those that cross 180° would lay a band across the map.
// Writes three cuts for the site's map, and the two that the bulletin's map needs for the Python package.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { geoEquirectangular } from 'd3-geo'
import { geoProject } from 'd3-geo-projection'
import { feature } from 'topojson-client'

const require = createRequire(import.meta.url)
/** The Pearl River Delta: west, south, east, north in degrees. */
const DELTA = [111.0, 21.2, 116.0, 24.6]
const SITE = new URL('../src/gen/', import.meta.url)
const BULLETIN = new URL('../../src/ceyuan/bulletin/land/', import.meta.url)

const degrees = () => geoEquirectangular().scale(180 / Math.PI).translate([0, 0]).reflectY(true).precision(0)

/** Land at a scale of 1:110 m, 50 m or 10 m, in degrees on the plane, all of it or a rectangle. */
function land(scale, box) {
  const topology = JSON.parse(readFileSync(require.resolve(`world-atlas/land-${scale}.json`), 'utf8'))
  const projection = degrees()
  if (box) projection.clipExtent([[box[0], box[1]], [box[2], box[3]]])
  return geoProject(feature(topology, topology.objects.land), projection)
}

const rounded = (digits) => (key, value) =>
  Array.isArray(value) && typeof value[0] === 'number' ? value.map((x) => Number(x.toFixed(digits))) : value

/** The rings of all polygons as lines, without the parts that lie on the rectangle's sides or at ±180° and the poles. */
function coast(collection, box) {
  const [west, south, east, north] = box
  const onSide = (a, b) =>
    [[0, west], [0, east], [1, south], [1, north]].some(
      ([axis, at]) => Math.abs(a[axis] - at) < 1e-6 && Math.abs(b[axis] - at) < 1e-6,
    )
  const lines = []
  const polygons = (g) => (g.type === 'Polygon' ? [g.coordinates] : g.type === 'MultiPolygon' ? g.coordinates : [])
  for (const { geometry } of collection.features ?? [collection]) {
    for (const ring of polygons(geometry).flat()) {
      let line = [ring[0]]
      for (let i = 1; i < ring.length; i++) {
        if (onSide(ring[i - 1], ring[i])) {
          if (line.length > 1) lines.push(line)
          line = [ring[i]]
        } else line.push(ring[i])
      }
      if (line.length > 1) lines.push(line)
    }
  }
  return { type: 'MultiLineString', coordinates: lines }
}

function write(folder, name, value, digits) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(name, folder), JSON.stringify(value, rounded(digits)))
}

const WORLD = [-180, -90, 180, 90]
for (const [name, scale, box, digits] of [
  ['world', '110m', undefined, 2],
  ['finer', '50m', undefined, 3],
  ['delta', '10m', DELTA, 4],
]) {
  const polygons = land(scale, box)
  write(SITE, `land-${name}.json`, { land: polygons, coast: coast(polygons, box ?? WORLD), box: box ?? WORLD }, digits)
  if (name !== 'finer') write(BULLETIN, `${name}.geojson`, polygons, digits)
}
