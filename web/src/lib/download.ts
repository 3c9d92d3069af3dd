// Files made in the browser: every table and chart can be taken away in all three modes.

export interface Sheet {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | null | undefined)[])[]
  /** What a column means where its name does not say it, and what its numbers are measured in, by its place. */
  readonly about?: readonly (ColumnAbout | undefined)[]
}
export interface ColumnAbout {
  readonly meaning?: string
  readonly unit?: string | undefined
}

/** A cell of CSV. A text that a spreadsheet would run as a formula gets an apostrophe before it; numbers never do. */
function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A table with a last column that says on every row what must not be lost, as a unit or “simulated”; as it is without one. */
export function withColumn(sheet: Sheet, name: string, text: string | undefined, meaning?: string): Sheet {
  if (!text) return sheet
  const before = sheet.columns.map((_, at) => sheet.about?.[at])
  return {
    columns: [...sheet.columns, name],
    rows: sheet.rows.map((row) => [...row, text]),
    about: [...before, meaning ? { meaning } : undefined],
  }
}

/** The dictionary of a table: a row for each of its columns. A name that nobody explains is what the column means. */
export function dictionary(sheet: Sheet, table: string): Sheet {
  const typeOf = (at: number) => {
    const filled = sheet.rows.map((row) => row[at]).filter((value) => value !== null && value !== undefined)
    return filled.length && filled.every((value) => typeof value === 'number') ? 'number' : 'string'
  }
  return {
    columns: ['table', 'column', 'type', 'unit', 'meaning'],
    rows: sheet.columns.map((name, at) => {
      const [about, type] = [sheet.about?.[at], typeOf(at)]
      return [table, name, type, type === 'number' ? about?.unit : undefined, about?.meaning ?? name]
    }),
  }
}

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

/** Two buttons: a table as CSV, and beside it `NAME.columns.csv`, which says what its columns mean. */
export const csvDownloads = (name: string, sheet: () => Sheet, table: string, label: string) => [
  { label: 'CSV', run: () => saveCsv(name, sheet()) },
  { label, run: () => saveCsv(`${name}.columns`, dictionary(sheet(), table)) },
]

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
