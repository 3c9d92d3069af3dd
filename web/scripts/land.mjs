// Land without political borders, from Natural Earth as the npm package `world-atlas` carries it. The polygons are
// projected onto the plane here: as they stand, those that cross 180° would lay a band across the map.
// Writes three cuts for the site's maps and two for the bulletin's, whose names `ceyuan.bulletin.assets` knows.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { geoEquirectangular } from 'd3-geo'
import { geoProject } from 'd3-geo-projection'
import { feature } from 'topojson-client'

const require = createRequire(import.meta.url)
/** The Pearl River Delta: west, south, east, north in degrees. */
const DELTA = [111.0, 21.2, 116.0, 24.6]
const WORLD = [-180, -90, 180, 90]
const SITE = new URL('../src/gen/', import.meta.url)
const BULLETIN = new URL('../../src/ceyuan/bulletin/land/', import.meta.url)

/** Land at a scale of 1:110 m, 50 m or 10 m, in degrees on the plane: all of it, or what lies in a rectangle. */
function land(scale, box) {
  const topology = JSON.parse(readFileSync(require.resolve(`world-atlas/land-${scale}.json`), 'utf8'))
  const globe = feature(topology, topology.objects.land)
  if (box !== WORLD) return within(globe, box)
  return geoProject(globe, geoEquirectangular().scale(180 / Math.PI).translate([0, 0]).reflectY(true).precision(0))
}

/**
 * The polygons cut to a rectangle that 180° does not cross, side by side (Sutherland–Hodgman); its sides may be run along
 * twice, which fills nothing. On the plane, since on the sphere the finest land has rings that d3 takes for their outside.
 */
function within(collection, [west, south, east, north]) {
  const sides = [[0, west, 1], [0, east, -1], [1, south, 1], [1, north, -1]]
  const cut = (ring, [axis, at, sign]) => {
    const inside = (p) => (p[axis] - at) * sign >= 0
    const crossing = (a, b) => {
      const t = (at - a[axis]) / (b[axis] - a[axis])
      return axis === 0 ? [at, a[1] + t * (b[1] - a[1])] : [a[0] + t * (b[0] - a[0]), at]
    }
    const out = []
    ring.forEach((b, i) => {
      const a = ring.at(i - 1)
      if (inside(a) !== inside(b)) out.push(crossing(a, b))
      if (inside(b)) out.push(b)
    })
    return out
  }
  const open = (ring) => ring.slice(0, -1)
  const closed = (ring) => (ring.length ? [...ring, ring[0]] : [])
  const clipped = (ring) => closed(sides.reduce(cut, open(ring)))
  const coordinates = polygonsOf(collection)
    .map((rings) => rings.map(clipped).filter((ring) => ring.length > 3))
    .filter((rings) => rings.length > 0)
  return { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry: { type: 'MultiPolygon', coordinates } }] }
}

function polygonsOf(collection) {
  const polygons = (g) => (g.type === 'Polygon' ? [g.coordinates] : g.type === 'MultiPolygon' ? g.coordinates : [])
  return collection.features.flatMap(({ geometry }) => polygons(geometry))
}

const isPosition = (value) => Array.isArray(value) && typeof value[0] === 'number'
const rounded = (digits) => (_, value) => (isPosition(value) ? value.map((x) => Number(x.toFixed(digits))) : value)

/** The rings of all polygons as lines, without the parts that lie on the rectangle's sides or at ±180° and the poles. */
function coast(collection, box) {
  const [west, south, east, north] = box
  const onSide = (a, b) =>
    [[0, west], [0, east], [1, south], [1, north]].some(
      ([axis, at]) => Math.abs(a[axis] - at) < 1e-6 && Math.abs(b[axis] - at) < 1e-6,
    )
  const lines = []
  for (const ring of polygonsOf(collection).flat()) {
    let line = [ring[0]]
    for (let i = 1; i < ring.length; i++) {
      if (onSide(ring[i - 1], ring[i])) {
        if (line.length > 1) lines.push(line)
        line = [ring[i]]
      } else line.push(ring[i])
    }
    if (line.length > 1) lines.push(line)
  }
  return { type: 'MultiLineString', coordinates: lines }
}

function write(folder, name, value, digits) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(name, folder), JSON.stringify(value, rounded(digits)))
}

rmSync(BULLETIN, { recursive: true, force: true })
for (const [name, scale, box, digits, bulletin] of [
  ['world', '110m', WORLD, 2, null],
  ['finer', '50m', WORLD, 3, 'world.geojson'],
  ['delta', '10m', DELTA, 4, 'delta.geojson'],
]) {
  const polygons = land(scale, box)
  write(SITE, `land-${name}.json`, { land: polygons, coast: coast(polygons, box), box }, digits)
  if (bulletin) write(BULLETIN, bulletin, polygons, digits)
}
