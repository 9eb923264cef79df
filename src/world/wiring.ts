/** How the nodes of a part are connected, and how fast their hardware is when nothing is broken. Times in microseconds. */

/** The least and the most of a uniform draw. */
export type Range = readonly [min: number, max: number]

export interface Wiring {
  /** One way within a region. */
  readonly local: Range
  /** One way between regions. */
  readonly remote: Range
  /** The region of each client in turn, the last for all that follow. */
  readonly clients: readonly [string, ...string[]]
  /** One sync of a disk. */
  readonly sync: Range
}

/** One data centre with three rooms: half a millisecond within, one to two between, a disk that takes some. */
export const ordinaryWiring: Wiring = {
  local: [300, 700],
  remote: [1000, 2000],
  clients: ["east", "west", "north"],
  sync: [1000, 6000],
}
