// How finely a map is drawn while it moves: where a computer has no graphics card, every pixel costs time, and a coarse
// picture that follows the hand is better than a fine one that lags. At rest it is always drawn in full.

/** Longest time between two frames that is still smooth, in milliseconds: 30 frames a second. */
export const SMOOTH = 1000 / 30
/** A longer time than this is a pause, not a slow frame. */
const PAUSE = 400
/** So many frames are looked at before anything is changed. */
const FRAMES = 4
/** What the pixel ratio is multiplied by, in turn, as long as frames stay slow. */
export const STEPS = [1, 0.5, 0.35] as const

export interface Pace {
  /** A frame was drawn at this time; says the share of the full pixel ratio from now on. */
  frame(time: number): number
  /** The share of the full pixel ratio. */
  readonly share: number
}

/** Watches the frames of a map's movements. */
export function paceOf(): Pace {
  let step = 0
  let last = -Infinity
  let gaps: number[] = []
  return {
    get share() {
      return STEPS[step] ?? 1
    },
    frame(time) {
      const gap = time - last
      last = time
      if (gap > PAUSE) {
        // Another movement: a step finer than the last one needed, which may have been slow only because data came in.
        gaps = []
        step = Math.max(0, step - 1)
      } else gaps.push(gap)
      if (gaps.length >= FRAMES) {
        const median = [...gaps].sort((a, b) => a - b)[FRAMES >> 1] ?? 0
        if (median > SMOOTH && step < STEPS.length - 1) step++
        gaps = []
      }
      return this.share
    },
  }
}
