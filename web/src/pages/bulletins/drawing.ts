// A drawing of the server as elements of the page: only shapes and words that are on the list, with colours of the
// design, so that it follows the theme. Nothing of it is ever read as HTML.

const SVG = 'http://www.w3.org/2000/svg'
const ELEMENTS = new Set(['svg', 'g', 'title', 'desc', 'line', 'rect', 'circle', 'path', 'polyline', 'polygon', 'text', 'tspan'])
const ATTRIBUTES = new Set([
  'viewBox', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'dx', 'dy', 'cx', 'cy', 'r', 'rx', 'ry', 'width', 'height', 'd', 'points',
  'transform', 'fill', 'fill-opacity', 'fill-rule', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin',
  'stroke-linecap', 'opacity', 'font-size', 'font-weight', 'text-anchor', 'dominant-baseline', 'role', 'aria-label', 'lang',
])
/** Colours of the printed bulletin, and those of the design that stand for them. */
const COLOURS: Readonly<Record<string, string>> = {
  '#1f2933': '--ink',
  '#5b6770': '--ink-3',
  '#d5dbe0': '--rule',
  '#1b4965': '--accent',
  '#b5322b': '--seal',
  '#eceae4': '--land',
  '#c9c5ba': '--coast',
  '#f6f8f9': '--water',
  '#4b7f52': '--c3',
  '#7a6a2f': '--c5',
  '#6b4e8f': '--c4',
  '#fff': '--surface',
}

const colour = (value: string) => (COLOURS[value] ? `var(${COLOURS[value]})` : value)

function copy(from: Element): SVGElement | null {
  if (from.namespaceURI !== SVG || !ELEMENTS.has(from.localName)) return null
  const made = document.createElementNS(SVG, from.localName)
  for (const { name, value } of from.attributes) {
    if (!ATTRIBUTES.has(name) || /url\(|:/.test(value) && name !== 'aria-label') continue
    if (name === 'fill' || name === 'stroke') made.style.setProperty(name, colour(value))
    else made.setAttribute(name, value)
  }
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) made.append(child.textContent ?? '')
    else if (child instanceof Element) {
      const inner = copy(child)
      if (inner) made.append(inner)
    }
  }
  return made
}

/** The drawing, or null where the text is no SVG. */
export function drawingOf(svg: string): SVGElement | null {
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml')
  if (parsed.querySelector('parsererror')) return null
  const made = copy(parsed.documentElement)
  made?.removeAttribute('width')
  made?.removeAttribute('height')
  made?.setAttribute('role', 'img')
  return made
}
