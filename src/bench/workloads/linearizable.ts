/**
 * Histories to be judged, drawn from dice of their own: what clients were answered by a register that now and then
 * tells one of them what it held before. An operation is an operation of a history.
 */
import {
  type CasRegisterInput,
  checkLinearizable,
  decideLinearizable,
  type History,
  type Linearizable,
  type Model,
  ok,
  type RegisterInput,
  replays,
  unknown,
} from "#invariants"
import { below, chance, draw, hashText } from "#sim"
import { claim, type Workload } from "../measure.ts"

interface Asked<Input> {
  readonly seed: number
  readonly operations: number
  readonly clients: number
  /** Of a thousand operations: how many are never answered, and how many are told what was there before. */
  readonly lost: number
  readonly stale: number
  readonly input: (draw: (what: string, bound: number) => number, nth: number) => Input
}

const happened = (asked: Asked<CasRegisterInput>): History<CasRegisterInput> => {
  const { seed, operations, clients, lost, stale, input } = asked
  const clocks = new Float64Array(clients)
  const planned = Array.from({ length: operations }, (_, nth) => {
    const die = (what: string): number => draw(seed, hashText(what), nth)
    const client = below(die("client"), clients)
    const calledAt = (clocks[client] as number) + 1 + below(die("wait"), 20)
    const takes = 1 + below(die("takes"), 30)
    clocks[client] = calledAt + takes
    return {
      id: `${nth}`,
      process: `${client}`,
      calledAt,
      returnedAt: calledAt + takes,
      effectAt: calledAt + below(die("effect"), takes),
      input: input((what, bound) => below(die(what), bound), nth),
      isLost: chance(die("lost"), lost),
      isStale: chance(die("stale"), stale),
      answer: null as unknown,
    }
  })
  let held: unknown = null
  let before: unknown = null
  for (const each of planned.toSorted((a, b) => a.effectAt - b.effectAt)) {
    const { input, isStale } = each
    if (input._tag === "read") each.answer = isStale ? before : held
    if (input._tag === "cas") each.answer = held === input.expected
    if (input._tag === "write" || each.answer === true) {
      before = held
      held = (input as { readonly value: unknown }).value
    }
  }
  return planned
    .sort((a, b) => a.calledAt - b.calledAt)
    .map(({ id, process, calledAt, returnedAt, input, isLost, answer }) => ({
      id,
      process,
      calledAt,
      returnedAt,
      input,
      outcome: isLost ? unknown("timed out") : ok(answer),
    }))
}

/** One long history of a register in which each value is written once. */
export const uniqueRegister = (operations: number): History<RegisterInput> =>
  happened({
    seed: 1,
    operations,
    clients: 20,
    lost: 0,
    stale: 0,
    input: (die, nth) => (die("kind", 2) === 0 ? { _tag: "read" } : { _tag: "write", value: nth }),
  }) as History<RegisterInput>

/** One long history of a cas-register that holds five values, of which few operations are never answered. */
export const longCasRegister = (operations: number): History<CasRegisterInput> =>
  happened({ ...casOperations(1), operations, clients: 20, lost: 0, stale: 0 })

/** Short histories of a cas-register, such as Jepsen makes: most are refuted. */
export const casRegisters = (histories: number): readonly History<CasRegisterInput>[] =>
  Array.from({ length: histories }, (_, seed) =>
    happened({ ...casOperations(seed), operations: 84, clients: 5, lost: 150, stale: 400 }),
  )

const casOperations = (seed: number): Pick<Asked<CasRegisterInput>, "seed" | "input"> => ({
  seed,
  input: (die) => {
    const [kind, value, expected] = [die("kind", 3), die("value", 5), die("expected", 5)]
    if (kind === 0) return { _tag: "read" }
    return kind === 1 ? { _tag: "write", value } : { _tag: "cas", expected, value }
  },
})

const judged = <Input>(
  name: string,
  model: Model<unknown, Input, unknown>,
  histories: readonly History<Input>[],
  judge: (model: Model<unknown, Input, unknown>, history: History<Input>) => { readonly verdict: string },
): Workload => {
  const operations = histories.reduce((sum, { length }) => sum + length, 0)
  const verdicts = histories.map((history) => decideLinearizable(model, history))
  return {
    name,
    play: (size) => {
      for (let pass = 0; pass < size; pass++) {
        const wrong = histories.filter((history, i) => judge(model, history).verdict !== verdicts[i])
        claim(`${name}: wrong verdicts`, wrong.length, 0)
      }
      return size * operations
    },
  }
}

/** The verdict alone. */
export const decided = <Input>(
  name: string,
  model: Model<unknown, Input, unknown>,
  histories: readonly History<Input>[],
): Workload => judged(name, model, histories, (model, history) => ({ verdict: decideLinearizable(model, history) }))

/** The verdict with its proof. */
export const checked = <Input>(
  name: string,
  model: Model<unknown, Input, unknown>,
  histories: readonly History<Input>[],
): Workload => judged(name, model, histories, checkLinearizable)

/** The proof of a history that holds, checked once more. */
export const replayed = <Input>(
  name: string,
  model: Model<unknown, Input, unknown>,
  history: History<Input>,
): Workload => {
  const { witness } = checkLinearizable(model, history) as Linearizable
  return judged(name, model, [history], () => ({ verdict: replays(model, history, witness) ? "holds" : "violated" }))
}
