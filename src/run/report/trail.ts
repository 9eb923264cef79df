/**
 * What a violation rests on, and how it came about: the entries that prove it, and back along their causes. An answer to a
 * client is caused by what the client asked; what it says came with the message before it, so the trail goes on there too.
 */
import { Kind, type Trace } from "#sim"
import type { InvariantResult } from "../run.ts"

export type Broken = InvariantResult & { readonly violation: NonNullable<InvariantResult["violation"]> }

/** The entries that prove a violation: what its judge relies on, and the entry that completed it. */
export const proofOf = ({ violation }: Broken): readonly number[] => {
  const { evidence, entry, steps = [], since } = violation
  const all = new Set([...evidence, ...steps.map((step) => step.entry), ...(since === undefined ? [] : [since]), entry])
  return [...all].sort((a, b) => a - b)
}

/** The delivery at a node that came last before an entry there, at the same instant. */
const heardBefore = (trace: Trace, index: number): number => {
  const { node, at } = trace.entry(index)
  for (let before = index - 1; before >= 0; before--) {
    const entry = trace.entry(before)
    if (entry.at < at) return -1
    if (entry.node === node && entry.kind === Kind.deliver) return before
  }
  return -1
}

/** Some entries, and all that they were caused by. */
export const trailOf = (trace: Trace, from: readonly number[]): ReadonlySet<number> => {
  const trail = new Set<number>()
  const open = [...from]
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (index < 0 || trail.has(index)) continue
    trail.add(index)
    const { kind, cause } = trace.entry(index)
    open.push(cause)
    if (kind === Kind.return) open.push(heardBefore(trace, index))
  }
  return trail
}
