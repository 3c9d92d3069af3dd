/** Where something stands: `file:line`, or sheet and cell where the file names a column (`yearbook.xlsx!表1!D7`). */
export function address(file: string | null, line: number | null): string {
  if (file === null || line === null) return file ?? ''
  return /![A-Z]{1,3}$/.test(file) ? `${file}${line}` : `${file}:${line}`
}
