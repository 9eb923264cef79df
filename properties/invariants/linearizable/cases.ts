/** What random histories are drawn of: each model, with values that repeat and with values that don't. */
import type { Model } from "../../../src/invariants/linearizable/index.ts"
import * as toys from "./histories.ts"

export interface Case {
  readonly name: string
  readonly toy: toys.Toy & { readonly model: Model }
  readonly shape: toys.Shape
  readonly isUnique?: boolean
}

const few = { operations: 16, processes: 5, lies: 2 }
const fewer = { ...few, operations: 14 }
export const cases: readonly Case[] = [
  { name: "a register", toy: toys.registers, shape: { ...few, operations: 28 } },
  { name: "a register of unique values", toy: toys.uniqueRegisters, shape: few, isUnique: true },
  { name: "a cas-register", toy: toys.casRegisters, shape: few },
  { name: "a cas-register of unique values", toy: toys.uniqueCasRegisters, shape: few, isUnique: true },
  { name: "a mutex", toy: toys.mutexes, shape: { ...few, operations: 24 } },
  { name: "a text", toy: toys.keyValues, shape: fewer },
  { name: "a text of unique parts", toy: toys.uniqueKeyValues, shape: fewer, isUnique: true },
  { name: "a list", toy: toys.listAppends, shape: fewer },
  { name: "a list of unique elements", toy: toys.uniqueListAppends, shape: fewer, isUnique: true },
  { name: "a queue", toy: toys.queues, shape: fewer },
] as unknown as readonly Case[]
