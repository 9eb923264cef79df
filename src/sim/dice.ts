/**
 * Chance, without a state: a draw is a hash of the seed, a stream and a key, so every die has a name.
 *
 * There is no generator to advance. Whoever draws says what the draw is for, and removing one operation or fault leaves
 * every draw with another name unchanged. Only integer arithmetic and + - * / are used: `Math.pow` and `Math.log` may
 * differ between engines, these may not.
 */

/** MurmurHash3's 32-bit finalizer (Appleby, 2011): every input bit reaches every output bit. Returns an int32. */
export const mix = (value: number): number => {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** Joins two hashes into one; the order of the two matters. Returns an int32. */
export const join = (left: number, right: number): number => mix(Math.imul(left, 0x9e3779b1) ^ right)

/** The hash of a text (FNV-1a over UTF-16 units, finalized). Returns an int32. */
export const hashText = (text: string): number => {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mix(h)
}

/** One draw: the die named (stream, key) under a seed. Returns an int32 for the shapes below. */
export const draw = (seed: number, stream: number, key: number): number => join(join(seed, stream), key)

/** A whole number in [0, bound). */
export const below = (die: number, bound: number): number => Math.floor(((die >>> 0) / 0x1_0000_0000) * bound)

/** A whole number in [min, max]. */
export const between = (die: number, min: number, max: number): number => min + below(die, max - min + 1)

/** True in `permille` of a thousand draws. */
export const chance = (die: number, permille: number): boolean => below(die, 1000) < permille

/** The natural logarithm of x in (0, 1], by the series of the inverse hyperbolic tangent: the same bits on every engine. */
const logarithm = (x: number): number => {
  let mantissa = x
  let halvings = 0
  while (mantissa < 0.5) {
    mantissa *= 2
    halvings++
  }
  const t = (mantissa - 1) / (mantissa + 1)
  const square = t * t
  let term = t
  let sum = 0
  for (let k = 1; k <= 31; k += 2) {
    sum += term / k
    term *= square
  }
  return 2 * sum - halvings * Math.LN2
}

/** A whole number from the exponential distribution with this mean. */
export const exponential = (die: number, mean: number): number =>
  Math.round(-mean * logarithm(((die >>> 0) + 0.5) / 0x1_0000_0000))

/** A whole number with a long tail (Pareto, index 1): at least `scale`, twice that in half of the draws, at most a hundredfold. */
export const tailed = (die: number, scale: number): number =>
  Math.round(Math.min(scale / (((die >>> 0) + 1) / 0x1_0000_0000), scale * 100))

/** Names of the streams, so that two uses of one key never share a die. */
export const Stream = {
  latency: hashText("latency"),
  loss: hashText("loss"),
  duplicate: hashText("duplicate"),
  reorder: hashText("reorder"),
  corrupt: hashText("corrupt"),
  fault: hashText("fault"),
  yield: hashText("yield"),
  pick: hashText("pick"),
  random: hashText("random"),
  disk: hashText("disk"),
  global: hashText("global"),
} as const
