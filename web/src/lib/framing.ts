// A drawing that goes out as a file carries what the page said around it: title, unit, sources, day and address.

export interface Frame {
  readonly title: string
  /** Lines under the drawing. */
  readonly foot: readonly string[]
  readonly ink: string
  readonly soft: string
  readonly ground: string
  readonly font: string
}

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
/** Roughly how wide a character is beside its height: Chinese characters are square. */
const widthOf = (sign: string) => (/[\u2e80-\uffef]/u.test(sign) ? 1 : 0.56)

/** A text in lines that fit: between words, Chinese between characters, and addresses anywhere where they must. */
export function lined(text: string, width: number, size: number): string[] {
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const word of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]{1,24}|\s+/gu) ?? []) {
    const wide = [...word].reduce((sum, sign) => sum + widthOf(sign) * size, 0)
    if (used + wide > width && line.trim()) {
      lines.push(line.trim())
      line = ''
      used = 0
    }
    line += word
    used += wide
  }
  return line.trim() ? [...lines, line.trim()] : lines
}

/** The drawing with its frame, and how high both are together. */
export function framed(svg: string, width: number, height: number, frame: Frame): { svg: string; height: number } {
  const inner = width - 32
  const head = lined(frame.title, inner, 17)
  const foot = frame.foot.flatMap((line) => lined(line, inner, 12))
  const top = 20 + head.length * 23
  const whole = top + height + 16 + foot.length * 17 + 8
  const text = (line: string, y: number, style: string) => `<text x="16" y="${y}" ${style}>${escaped(line)}</text>`
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}" font-family="${escaped(frame.font)}">`,
    `<title>${escaped(frame.title)}</title><desc>${escaped(frame.foot.join('\n'))}</desc>`,
    `<rect width="${width}" height="${whole}" fill="${escaped(frame.ground)}"/>`,
    ...head.map((line, i) => text(line, 28 + i * 23, `font-size="17" font-weight="600" fill="${escaped(frame.ink)}"`)),
    svg.replace(/^<\?xml[^>]*>\s*/, '').replace('<svg ', `<svg x="0" y="${top}" `),
    ...foot.map((line, i) => text(line, top + height + 22 + i * 17, `font-size="12" fill="${escaped(frame.soft)}"`)),
    '</svg>',
  ]
  return { svg: parts.join('\n'), height: whole }
}
