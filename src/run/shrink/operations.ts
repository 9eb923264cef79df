/** One operation in the place of two, and simpler calls. */
import * as fc from "fast-check"
import type { Input, Operation } from "../input.ts"
import { stage } from "../stage.ts"
import type { Reduction } from "./reduction.ts"

/** How many calls of each kind are tried in the place of others. */
const callsOfAKind = 3

/** A few calls of each kind that the system knows. */
export const callsOf = (reduction: Reduction, input: Input): readonly Operation["call"][] => {
  const [part] = stage(reduction.scenario, input)
  if (part === undefined) return []
  const kinds = new Map<string, Map<string, Operation["call"]>>()
  const drawn = fc.sample(part.system.calls(part.size) as fc.Arbitrary<Operation["call"]>, { seed: 1, numRuns: 50 })
  for (const call of drawn) {
    const kind = (call as { readonly _tag?: string })._tag ?? ""
    const known = kinds.get(kind) ?? new Map()
    if (known.size < callsOfAKind) kinds.set(kind, known.set(JSON.stringify(call), call))
  }
  return [...kinds.values()].flatMap((known) => [...known.values()])
}

/** Of more operations than this there are too many pairs; then each counts for little, too. */
const fewOperations = 6
/** From this many on, calls of other kinds are not tried in the place of two. */
const manyOperations = 4

/** Lets one operation do for two: at the other's instant, with the other's call, or with one of another kind. */
export const mergeOperations = (reduction: Reduction): void => {
  const others = (kept: Operation, gone: Operation): readonly Operation[] => [
    { ...kept, at: gone.at },
    { ...kept, client: gone.client },
    { ...kept, call: gone.call, client: gone.client },
    ...(reduction.smallest.operations.length < manyOperations
      ? callsOf(reduction, reduction.smallest).map((call) => ({ ...kept, call }))
      : []),
  ]
  const once = (): boolean => {
    const { operations } = reduction.smallest
    return operations.some((kept, i) =>
      operations.some(
        (gone, j) =>
          i !== j &&
          others(kept, gone).some((other) =>
            reduction.take({
              ...reduction.smallest,
              operations: operations.with(i, other).filter((_, nth) => nth !== j),
            }),
          ),
      ),
    )
  }
  while (reduction.smallest.operations.length > 1 && reduction.smallest.operations.length <= fewOperations && once());
}

/** Simpler calls, as the system's own arbitrary shrinks them. */
export const simplifyCalls = (reduction: Reduction): void => {
  const parts = stage(reduction.scenario, reduction.smallest)
  const arbitraries = new Map<string, fc.Arbitrary<unknown>>(
    parts.flatMap(({ system, size, clients }) =>
      clients.map(({ id }) => [id, system.calls(size) as fc.Arbitrary<unknown>] as const),
    ),
  )
  const first = parts[0]?.clients[0]?.id
  for (let i = 0; i < reduction.smallest.operations.length; i++) {
    for (let simpler = true; simpler; ) {
      simpler = false
      const { operations } = reduction.smallest
      const operation = operations[i] as Operation
      const arbitrary = arbitraries.get(operation.client)
      if (arbitrary === undefined || !arbitrary.canShrinkWithoutContext(operation.call)) continue
      for (const { value } of arbitrary.shrink(operation.call, undefined)) {
        const call = value as Operation["call"]
        simpler = reduction.take({ ...reduction.smallest, operations: operations.with(i, { ...operation, call }) })
        if (simpler) break
      }
    }
    const { operations } = reduction.smallest
    const operation = operations[i] as Operation
    if (first !== undefined && operation.client !== first && parts.length === 1) {
      reduction.take({ ...reduction.smallest, operations: operations.with(i, { ...operation, client: first }) })
    }
  }
}
