/**
 * Convergence, judged by what replicas show. Eventual: once nothing is under way any more, all show the same (Terry et
 * al., 1995). Strong: whoever was delivered the same updates shows the same, at any time (Shapiro et al., 2011).
 */
import { broken, type Finding, unbroken } from "./finding.ts"

/** What a replica shows at an instant. */
export interface Shown {
  readonly id: string
  readonly replica: string
  /** Equal for equal states, and for these alone. */
  readonly digest: string
}

/** A state, and the updates that were delivered to it; their order doesn't matter. */
export interface Delivered extends Shown {
  readonly updates: readonly string[]
}

const differ = (exercised: number, one: Shown, other: Shown, though: string): Finding =>
  broken(
    exercised,
    [one.id, other.id],
    [
      `${one.replica} shows ${one.digest} (${one.id}).`,
      `${other.replica} shows ${other.digest} (${other.id}), ${though}.`,
    ],
  )

/**
 * All replicas show the same in the end: of each the last that it `shown` counts, and nothing may be under way any
 * more.
 */
export const checkConvergence = (shown: Iterable<Shown>): Finding => {
  const last = new Map<string, Shown>()
  for (const each of shown) last.set(each.replica, each)
  const [first, ...others] = last.values()
  const other = others.find(({ digest }) => digest !== first?.digest)
  if (first === undefined || other === undefined) return unbroken(others.length)
  return differ(others.length, first, other, "though nothing is under way")
}

/** Replicas that were delivered the same updates show the same. */
export const checkStrongConvergence = (states: Iterable<Delivered>): Finding => {
  const first = new Map<string, Delivered>()
  let exercised = 0
  let found: readonly [Delivered, Delivered] | undefined
  for (const each of states) {
    const updates = JSON.stringify([...new Set(each.updates)].sort())
    const known = first.get(updates)
    if (known === undefined) {
      first.set(updates, each)
      continue
    }
    exercised++
    if (known.digest !== each.digest) found ??= [known, each]
  }
  if (found === undefined) return unbroken(exercised)
  const [known, other] = found
  const count = new Set(other.updates).size
  return differ(
    exercised,
    known,
    other,
    `though ${count === 1 ? "it has had the same update" : `both have had the same ${count} updates`}`,
  )
}
