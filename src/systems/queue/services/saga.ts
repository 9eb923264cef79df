/**
 * An order's way through four services (Garcia-Molina and Salem 1987, "Sagas"): each step is a transaction of its own with
 * an id, and where a step is declined, the steps before it are undone. Shipping comes after payment.
 */
import type { DeedKind } from "../protocol.ts"

export interface Step {
  readonly does: DeedKind
  /** What undoes it; nothing where it does no harm. */
  readonly undoes?: DeedKind
}

export const steps: readonly Step[] = [
  { does: "reserve", undoes: "release" },
  { does: "charge", undoes: "refund" },
  { does: "ship" },
  { does: "notify" },
]

/** What must be done when a step is declined: what undoes the steps before it, the last one first. */
export const undoing = (declined: number): readonly DeedKind[] =>
  steps
    .slice(0, declined)
    .reverse()
    .flatMap(({ undoes }) => (undoes === undefined ? [] : [undoes]))
