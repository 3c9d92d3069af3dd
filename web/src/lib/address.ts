/** Where a record stands: `file:line`, or sheet and cell where the file names a column (`yearbook.xlsx!表1!D7`). */
export function address(file: string, line: number): string {
  return /![A-Z]{1,3}$/.test(file) ? `${file}${line}` : `${file}:${line}`
}
