/** Browsing the trace: which of its rows are shown, how far it is scrolled back, and the filter while it is being typed. */
import type { Sayable } from "#run"
import { Listing } from "./listing.ts"

const longestFilter = 60

export class Browse {
  filter = ""
  /** Whether the filter is being typed. */
  typing = false
  /** Every entry, and not only what a story would tell. */
  every = false
  /** How many rows it is scrolled back. */
  scroll = 0
  #listing: Listing | undefined

  /** The rows that are wanted of a run; with `only`, no others than these entries. */
  list(run: Sayable, index: number, only: ReadonlySet<number> | undefined): Listing {
    const wanted = { filter: this.filter, every: this.every, only }
    if (this.#listing?.suits(run, wanted) !== true) this.#listing = new Listing(run, wanted, index)
    return this.#listing
  }

  /** Whether a long trace has still to be looked through for what matches. */
  get searching(): boolean {
    return this.filter !== "" && this.#listing?.whole === false
  }

  /** Takes a key while the filter is being typed. */
  type(key: string): void {
    this.scroll = 0
    if (key === "enter") this.typing = false
    else if (key === "escape") {
      this.typing = false
      this.filter = ""
    } else if (key === "backspace") this.filter = [...this.filter].slice(0, -1).join("")
    else if (key === "space") this.filter += " "
    else if ([...key].length === 1 && this.filter.length < longestFilter) this.filter += key
  }

  scrollBy(rows: number): void {
    this.scroll = Math.max(0, this.scroll + rows)
  }
}
