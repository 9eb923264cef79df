/** Leaving out: whatever a violation does not need, in halves first and one by one in the end (Zeller and Hildebrandt 2002). */
import { Kind } from "#sim"
import type { Input } from "../input.ts"
import type { Reduction } from "./reduction.ts"

/** Leaves out faults or operations, until not one more can go. */
export const leaveOut = (reduction: Reduction, list: "faults" | "operations", effort?: "whatever it takes"): void => {
  for (let size = reduction.smallest[list].length; size >= 1; ) {
    let removed = false
    for (let end = reduction.smallest[list].length; end > 0; end -= size) {
      const from = Math.max(0, end - size)
      const input = reduction.smallest
      if (reduction.take({ ...input, [list]: input[list].filter((_, i) => i < from || i >= end) }, effort))
        removed = true
    }
    if (size === 1 && !removed) return
    size = Math.max(1, Math.min(size >> 1, reduction.smallest[list].length))
    if (reduction.smallest[list].length === 0) return
  }
}

/** Ends the run where the promise breaks, and leaves out what comes after. */
export const cutShort = (reduction: Reduction): void => {
  if (reduction.isEventual) return
  const input = reduction.smallest
  const until = reduction.brokenAt + 1
  if (until >= input.until) return
  reduction.take({
    ...input,
    until,
    calmAt: Math.min(input.calmAt, until),
    operations: input.operations.filter(({ at }) => at < until),
    faults: input.faults.filter(({ at }) => at < until),
  })
}

/** The storm of a smallest input is over at a multiple of this, in microseconds. */
const grain = 100_000

/**
 * Gives a run that was cut short its calm back, and as long to settle as it had before: under another design, the same input
 * is to be judged in full.
 */
export const giveTime = (reduction: Reduction, { calmAt, until }: Input): void => {
  if (reduction.isEventual) return
  const { smallest, brokenAt } = reduction
  // What broke after the calm would break at another instant, if at all, were the calm moved.
  const over = brokenAt >= smallest.calmAt ? smallest.calmAt : Math.ceil((brokenAt + 1) / grain) * grain
  reduction.take({ ...smallest, calmAt: over, until: over + until - calmAt }, "whatever it takes")
  // What was needed while the run was short may be needless now that it is long.
  for (const list of ["faults", "operations"] as const) leaveOut(reduction, list, "whatever it takes")
}

/** Lets each operation say when it was really asked: a client is sequential, and what it waited for may then be left out. */
export const tellTimes = (reduction: Reduction): void => {
  const { trace } = reduction.replay()
  const asked = new Map<string, number>()
  for (const { kind, at, value } of trace) {
    if (kind === Kind.call) asked.set((value as { readonly id: string }).id, at)
  }
  trace.release()
  const input = reduction.smallest
  const operations = input.operations.flatMap((operation) => {
    const at = asked.get(operation.id)
    return at === undefined ? [] : [{ ...operation, at }]
  })
  reduction.take({ ...input, operations })
}
