/** What a run of a sharded store measured. */
import type { Returned } from "#invariants"
import type { Figure, Meter } from "#system"
import { type Entry, Kind } from "#world"

export const measure = (_stage: unknown): Meter => {
  const outcomes = { ok: 0, refused: 0, unknown: 0 }
  return {
    see: (entry: Entry) => {
      if (entry.kind === Kind.return) outcomes[(entry.value as Returned).outcome._tag]++
    },
    figures: (): readonly Figure[] => [
      { name: "answered", value: outcomes.ok, unit: "operations" },
      { name: "refused", value: outcomes.refused, unit: "operations" },
      { name: "unknown", value: outcomes.unknown, unit: "operations" },
    ],
  }
}
