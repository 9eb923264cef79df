/** Where the notations that histories are written in mean different things by the same words. */
export interface Dialect {
  /** For people. */
  readonly name: string
  /**
   * What says which event came first. Jepsen logs through one queue and its clocks are not to be trusted beyond that, so
   * the order of the lines does; where clients write down the time of one clock, their logs can simply be put together.
   */
  readonly order: "lines" | "times"
  /** The unit of its times, where that is known. */
  readonly unit: "ns" | undefined
  /**
   * What a read of `nil` says. To Knossos it says nothing: a client that saw no value is not believed. Elsewhere it says
   * that nothing had been written.
   */
  readonly nilRead: "says nothing" | "says nil"
  /**
   * What a failed compare-and-set says. To Knossos, that it did not happen. Porcupine's etcd answered it because the value
   * was another one, which is an observation.
   */
  readonly failedCas: "did not happen" | "saw another value"
  /** Whether `[key value]` may stand for the value, as jepsen.independent has it. */
  readonly pairs: boolean
  /** Whether a value may be something else than text, a number, a truth value or nothing; it is then known by its spelling. */
  readonly anyValue: boolean
}

export const jepsen: Dialect = {
  name: "Jepsen EDN",
  order: "lines",
  unit: "ns",
  nilRead: "says nothing",
  failedCas: "did not happen",
  pairs: true,
  anyValue: true,
}

export const porcupine: Dialect = {
  name: "Porcupine log",
  order: "lines",
  unit: undefined,
  nilRead: "says nil",
  failedCas: "saw another value",
  pairs: false,
  anyValue: true,
}

export const jsonLines: Dialect = {
  name: "JSON Lines",
  order: "times",
  unit: undefined,
  nilRead: "says nil",
  failedCas: "did not happen",
  pairs: false,
  anyValue: false,
}
