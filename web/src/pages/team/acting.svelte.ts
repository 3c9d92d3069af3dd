// What a page does on the server, one thing at a time: whether something is under way, and what went wrong with the last.

export class Acting {
  busy = $state(false)
  failed = $state.raw<unknown>()
  readonly #look: () => Promise<void>

  /** `look` reads again what the page shows, after each thing that was done. */
  constructor(look: () => Promise<void>) {
    this.#look = look
  }

  /** Does something, if anything is given, and looks again. */
  async act(what?: () => Promise<unknown>): Promise<void> {
    this.busy = true
    this.failed = undefined
    try {
      await what?.()
      await this.#look()
    } catch (error) {
      this.failed = error
    } finally {
      this.busy = false
    }
  }
}
