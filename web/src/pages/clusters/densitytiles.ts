// Draws the density of points into tiles, which MapLibre asks for under an address of their own kind.
import { levelAt, placed, radiusAt, TILE, type Level } from './density'

/** Colours from little to much, as CSS writes them. */
export type Heat = readonly [low: string, mid: string, high: string]

/** What tiles are drawn from. */
interface Drawing {
  readonly levels: readonly Level[]
  readonly colours: readonly string[]
}

export const PROTOCOL = 'density'
const SHADES = 24
const [FAINT, FULL] = [0.3, 0.95]
const drawings = new Map<string, Drawing>()
let made = 0

/** Keeps what to draw; the address of its tiles for MapLibre, and a function that forgets it. */
export function offer(levels: readonly Level[], heat: Heat): { readonly tiles: string; readonly forget: () => void } {
  const id = String(++made)
  drawings.set(id, { levels, colours: shades(heat) })
  return { tiles: `${PROTOCOL}://${id}/{z}/{x}/{y}`, forget: () => drawings.delete(id) }
}

/** Answers MapLibre's question for a tile. */
export async function answer({ url }: { url: string }): Promise<{ data: ImageBitmap }> {
  const [id = '', ...numbers] = url.slice(PROTOCOL.length + 3).split('/')
  const [zoom = 0, column = 0, row = 0] = numbers.map(Number)
  const canvas = document.createElement('canvas')
  const ratio = Math.min(2, Math.max(1, devicePixelRatio))
  canvas.width = canvas.height = TILE * ratio
  const context = canvas.getContext('2d')
  const drawing = drawings.get(id)
  const level = drawing && levelAt(drawing.levels, zoom)
  if (context && level) {
    context.scale(ratio, ratio)
    draw(context, level, drawing.colours, [zoom, column, row])
  }
  return { data: await createImageBitmap(canvas) }
}

/** Circles, those of a shade together: the lightest first, the heaviest on top. */
function draw(context: CanvasRenderingContext2D, level: Level, colours: readonly string[], tile: readonly [number, number, number]): void {
  const radius = radiusAt(level, tile[0])
  let shade = -1
  for (const mark of placed(level, ...tile)) {
    const now = Math.min(SHADES - 1, Math.floor(mark.w * SHADES))
    if (now !== shade) {
      if (shade >= 0) context.fill()
      context.beginPath()
      context.fillStyle = colours[now] ?? ''
      context.globalAlpha = FAINT + ((FULL - FAINT) * (now + 0.5)) / SHADES
      shade = now
    }
    context.moveTo(mark.x + radius, mark.y)
    context.arc(mark.x, mark.y, radius, 0, 2 * Math.PI)
  }
  if (shade >= 0) context.fill()
}

/** Shades between the colours, mixed by the browser, which knows every way of writing a colour. */
function shades([low, mid, high]: Heat): string[] {
  const canvas = document.createElement('canvas')
  canvas.width = SHADES
  canvas.height = 1
  const context = canvas.getContext('2d')
  if (!context) return []
  const gradient = context.createLinearGradient(0, 0, SHADES, 0)
  gradient.addColorStop(0, low)
  gradient.addColorStop(0.55, mid)
  gradient.addColorStop(1, high)
  context.fillStyle = gradient
  context.fillRect(0, 0, SHADES, 1)
  const { data } = context.getImageData(0, 0, SHADES, 1)
  return Array.from({ length: SHADES }, (_, i) => `rgb(${data[4 * i] ?? 0} ${data[4 * i + 1] ?? 0} ${data[4 * i + 2] ?? 0})`)
}
