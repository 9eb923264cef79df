/** Histories by hand. */
import { below, draw } from "#sim"
import { type History, ok, type Recorded, refused, unknown } from "../../../src/invariants/history.ts"
import type { CasRegisterInput } from "../../../src/invariants/linearizable/index.ts"

/**
 * Who asked for what from when to when, and the answer; `refused` instead of the return, and without one never
 * answered.
 */
export type Told<Input> = readonly [
  who: string,
  input: Input,
  calledAt: number,
  returnedAt?: number | "refused",
  answer?: unknown,
]

export const told = <Input>(operations: readonly Told<Input>[]): History<Input> =>
  operations
    .map(([process, input, calledAt, returnedAt, answer = null], nth): Recorded<Input> => {
      const common = { id: `${process}${nth}`, process, calledAt, input }
      if (returnedAt === undefined)
        return { ...common, returnedAt: Number.POSITIVE_INFINITY, outcome: unknown("timed out") }
      return returnedAt === "refused"
        ? { ...common, returnedAt: calledAt + 1, outcome: refused("busy") }
        : { ...common, returnedAt, outcome: ok(answer) }
    })
    .sort((a, b) => a.calledAt - b.calledAt)

export const times = <Input>(count: number, one: (i: number) => Told<Input>): Told<Input>[] =>
  Array.from({ length: count }, (_, i) => one(i))

/**
 * Forty times cas from one of eight values to another, all open at once: whether they follow each other in some order
 * is hard to see.
 */
export const hard = (key: string): readonly Told<CasRegisterInput>[] =>
  times(40, (i) => [
    `p${i}`,
    { _tag: "cas", key, expected: below(draw(1, 1, i), 8), value: below(draw(1, 2, i), 8) },
    0,
    100 + i,
    true,
  ])
