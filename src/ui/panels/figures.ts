/** How numbers are written on the screen: short, of a steady width, and never with more digits than can be read in passing. */

/** An instant or a length of time in seconds, from microseconds: `2.866`. */
export const inSeconds = (micros: number, digits = 3): string => (micros / 1_000_000).toFixed(digits)

/** An instant as on a film: `00:12.480`. */
export const clock = (micros: number): string => {
  const millis = Math.round(micros / 1000)
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0")
  return `${two(millis / 60_000)}:${two((millis / 1000) % 60)}.${String(millis % 1000).padStart(3, "0")}`
}

/** A length of time that is still growing: `350 ms`, `2.1 s`, `12 s`. */
export const lasting = (micros: number): string =>
  micros < 1_000_000
    ? `${Math.floor(micros / 1000)} ms`
    : micros < 10_000_000
      ? `${inSeconds(Math.floor(micros / 100_000) * 100_000, 1)} s`
      : `${Math.floor(micros / 1_000_000)} s`

/** A whole number with its thousands apart: `1 284`. */
export const grouped = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, " ")

/** Milliseconds from microseconds, with a decimal while there are few of them: `0`, `3.6`, `199`, `1 284`. */
export const millis = (micros: number): string =>
  micros === 0 || micros >= 9_950 ? grouped(micros / 1000) : (micros / 1000).toFixed(1)

/** Virtual seconds per second: `1×`, `1/8×`. */
export const pace = (speed: number): string => (speed < 1 ? `1/${Math.round(1 / speed)}×` : `${Math.round(speed)}×`)

export const plural = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`
