// A course over time, drawn to scale: periods lie where they belong, and a line ends where a year is missing.

/** A point of a course: where it lies, its value, and which step it is; no value where the line is broken. */
export interface CoursePoint {
  readonly at: number
  readonly value: number | null
  readonly step: number
}

const YEAR = 1

/** The points of a course, with a break wherever more than a year lies between two steps. */
export function broken(at: readonly number[], values: readonly (number | null)[]): readonly CoursePoint[] {
  return at.flatMap((here, step) => {
    const before = at[step - 1]
    const gap = before !== undefined && here - before > YEAR ? [{ at: (before + here) / 2, value: null, step }] : []
    return [...gap, { at: here, value: values[step] ?? null, step }]
  })
}
