// Files made in the browser: every table and chart can be taken away in all three modes.

export interface Sheet {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | null | undefined)[])[]
}

/** A cell of CSV. A text that a spreadsheet would run as a formula gets an apostrophe before it; numbers never do. */
function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A table with a last column that says on every row what must not be lost, as “simulated”. */
export const stampedSheet = (sheet: Sheet, stamp: string | undefined): Sheet =>
  stamp ? { columns: [...sheet.columns, ''], rows: sheet.rows.map((row) => [...row, stamp]) } : sheet

export const stampedName = (file: string, stamp: string | undefined): string => (stamp ? `${file}-${stamp}` : file)

/** CSV with a byte-order mark, without which spreadsheets garble Chinese. */
export function csv(sheet: Sheet): string {
  return '\uFEFF' + [sheet.columns, ...sheet.rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

/** Hands a file to the reader. */
export function save(name: string, content: Blob | string, type = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: `${type};charset=utf-8` }) : content
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name.replace(/[\\/:*?"<>|]+/g, '_')
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

export const saveCsv = (name: string, sheet: Sheet) => save(`${name}.csv`, csv(sheet), 'text/csv')

export const saveJson = (name: string, value: unknown) =>
  save(`${name}.json`, JSON.stringify(value, null, 2) + '\n', 'application/json')

/** Puts a text on the clipboard; on pages without encryption, where browsers refuse that, by selecting it. */
export async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) {
    await navigator.clipboard.writeText(text)
    return
  }
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}

/** Draws an SVG picture to a PNG of twice its size on the given ground. */
export async function pngOf(svg: string, width: number, height: number, ground: string): Promise<Blob> {
  const image = new Image()
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = width * 2
    canvas.height = height * 2
    const context = canvas.getContext('2d')
    if (!context) throw new Error('no canvas')
    context.fillStyle = ground
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'),
    )
  } finally {
    URL.revokeObjectURL(address)
  }
}
