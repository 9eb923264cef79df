/**
 * Two traces beside each other: the most entries that mean the same, in the same order in both, and between them what only
 * one has. As in patience diff (Bram Cohen), lines that occur once in each are matched, and the longest chain that both
 * have in order is kept; here every line occurs once, for meanings are counted.
 */
import type { Told } from "./meaning.ts"

/** A row of the two: what both have, or only one. */
export interface Pair {
  readonly a?: Told
  readonly b?: Told
}

/** The longest run of numbers that grow, as positions in the list (Fredman, 1975). */
const longestIncreasing = (numbers: readonly number[]): readonly number[] => {
  const tails: number[] = []
  const before: number[] = []
  for (const [position, number] of numbers.entries()) {
    let [low, high] = [0, tails.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((numbers[tails[middle] as number] as number) < number) low = middle + 1
      else high = middle
    }
    before[position] = low === 0 ? -1 : (tails[low - 1] as number)
    tails[low] = position
  }
  const chain: number[] = []
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at] as number) chain.push(at)
  return chain.reverse()
}

/** All entries of both, in an order that keeps each run's own; of what only one has, the earlier first. */
export const align = (a: readonly Told[], b: readonly Told[]): readonly Pair[] => {
  const inB = new Map(b.map((each, position) => [each.meaning, position]))
  const shared = a.flatMap((each, position) => {
    const other = inB.get(each.meaning)
    return other === undefined ? [] : [{ position, other }]
  })
  const kept = longestIncreasing(shared.map(({ other }) => other)).map((at) => shared[at] as (typeof shared)[number])
  const rows: Pair[] = []
  let [left, right] = [0, 0]
  const between = (untilA: number, untilB: number) => {
    while (left < untilA || right < untilB) {
      const [one, other] = [a[left], b[right]]
      const first = right >= untilB || (left < untilA && (one as Told).at <= (other as Told).at)
      if (first) rows.push({ a: a[left++] as Told })
      else rows.push({ b: b[right++] as Told })
    }
  }
  for (const { position, other } of kept) {
    between(position, other)
    rows.push({ a: a[left++] as Told, b: b[right++] as Told })
  }
  between(a.length, b.length)
  return rows
}
