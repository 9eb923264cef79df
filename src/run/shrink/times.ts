/** Round instants and lengths: they read better, and say which of their digits mattered. */
import type { Input } from "../input.ts"
import type { Reduction } from "./reduction.ts"

const grains = [1_000_000, 500_000, 100_000, 50_000, 10_000, 1000] as const

/** Rounder instants near one, in microseconds, the roundest first; none rounder than it is already. */
const rounder = (at: number): readonly number[] => {
  const found: number[] = []
  for (const grain of grains) {
    if (at % grain === 0) break
    const down = Math.floor(at / grain) * grain
    found.push(...(at - down <= grain / 2 ? [down, down + grain] : [down + grain, down]))
  }
  return [...new Set(found)]
}

const withFault = (input: Input, i: number, change: object): Input => ({
  ...input,
  faults: input.faults.map((fault, at) => (at === i ? { ...fault, ...change } : fault)),
})

const withOperation = (input: Input, i: number, at: number): Input => ({
  ...input,
  operations: input.operations.map((operation, nth) => (nth === i ? { ...operation, at } : operation)),
})

/** Lets all begin sooner: what is played in less time is played more often in a second, too. */
export const shiftEarlier = (reduction: Reduction): void => {
  const input = reduction.smallest
  const first = Math.min(...[...input.faults, ...input.operations].map(({ at }) => at))
  if (!Number.isFinite(first)) return
  for (const start of [0, 100_000, 500_000, 1_000_000]) {
    const by = first - start
    if (by <= 0) return
    const sooner = <A extends { readonly at: number }>(each: A): A => ({ ...each, at: each.at - by })
    const taken = reduction.take({
      ...input,
      faults: input.faults.map(sooner),
      operations: input.operations.map(sooner),
      calmAt: input.calmAt - by,
      until: input.until - by,
    })
    if (taken) return
  }
}

export const roundTimes = (reduction: Reduction): void => {
  for (let i = 0; i < reduction.smallest.operations.length; i++) {
    const at = reduction.smallest.operations[i]?.at ?? 0
    for (const other of at === 0 ? [] : [0, ...rounder(at)]) {
      if (reduction.take(withOperation(reduction.smallest, i, other))) break
    }
  }
  for (let i = 0; i < reduction.smallest.faults.length; i++) {
    const { at, for: lasts } = reduction.smallest.faults[i] ?? { at: 0 }
    for (const other of rounder(at)) if (reduction.take(withFault(reduction.smallest, i, { at: other }))) break
    if (lasts === undefined) continue
    const { for: _, ...forGood } = reduction.smallest.faults[i] as Input["faults"][number]
    const input = reduction.smallest
    if (reduction.take({ ...input, faults: input.faults.with(i, forGood) })) continue
    for (const other of rounder(lasts)) {
      if (other > 0 && reduction.take(withFault(reduction.smallest, i, { for: other }))) break
    }
  }
}
