/**
 * Where something stands: `file:line`, or sheet and cell where the file names a column (`yearbook.xlsx!表1!D7`), and which part of a
 * cell that holds several (`papers.csv:7#2`).
 */
export function address(file: string | null, line: number | null): string {
  if (file === null || line === null) return file ?? ''
  const part = /^(.*)!(#\d+)$/s.exec(file)
  if (part) return `${address(part[1] ?? '', line)}${part[2] ?? ''}`
  return /![A-Z]{1,3}$/.test(file) ? `${file}${line}` : `${file}:${line}`
}
