/**
 * Is a history linearizable? Every "holds" comes with an order that was replayed, every "violated" with evidence that
 * was found impossible by trying everything; whoever does that knows nothing of the engines (`verify.ts`).
 */
import type { History, Recorded } from "../history.ts"
import type { Verdict } from "../invariant.ts"
import { anomalyOf } from "./anomaly.ts"
import { type Decision, decide } from "./decide.ts"
import { evidenceOf } from "./evidence.ts"
import type { Model } from "./model.ts"
import { type Part, partsOf } from "./part.ts"
import { isImpossible, type Order, replays } from "./verify.ts"

export interface CheckOptions {
  /** How much the search may do before it answers `unknown`: about so many transitions of the model. */
  readonly steps?: number
}

interface Told {
  /** How many operations were answered: at 0 nothing was put to the test. */
  readonly exercised: number
  /** How much the search did. */
  readonly steps: number
}

export interface Linearizable extends Told {
  readonly verdict: "holds"
  /** For each key an order that explains every answer. */
  readonly witness: readonly Order[]
}

export interface NotLinearizable<Input = unknown, Output = unknown> extends Told {
  readonly verdict: "violated"
  readonly key: string
  /** What the violation is called, such as `stale read`. */
  readonly anomaly: string
  /**
   * Operations that cannot have happened like that, as few as were found, in the order of their calls: at most four
   * where versions are unique.
   */
  readonly evidence: readonly Recorded<Input, Output>[]
  /** Others that made what the evidence saw, in the order of their calls; what counts is that they are all. */
  readonly written: readonly Recorded<Input, Output>[]
  /** Whether all orders of evidence and written were tried; else there were too many. */
  readonly confirmed: boolean
}

export interface Undecided extends Told {
  readonly verdict: "unknown"
  /** The keys that were not decided. */
  readonly keys: readonly string[]
}

export type Linearizability<Input = unknown, Output = unknown> =
  | Linearizable
  | NotLinearizable<Input, Output>
  | Undecided

const defaultSteps = 10_000_000

/** The verdict with all that proves it. Throws an Error where the proof fails, which is our defect. */
export const checkLinearizable = <State, Input, Output>(
  model: Model<State, Input, Output>,
  history: History<Input, Output>,
  { steps = defaultSteps }: CheckOptions = {},
): Linearizability<Input, Output> => {
  const judged = judge(model as Model, history, steps)
  const told = { exercised: judged.exercised, steps: judged.steps }
  switch (judged.verdict) {
    case "holds": {
      const witness = judged.parts.map(({ key, places }, i) => {
        const found = (judged.decisions[i] as Extract<Decision, { verdict: "holds" }>).order
        const order = new Array<number>(found.length)
        for (let nth = 0; nth < found.length; nth++) order[nth] = places[found[nth] as number] as number
        return { key, order }
      })
      if (!replays(model, history, witness)) throw new Error(`the ${model.name} cannot be replayed in the order found`)
      return { verdict: "holds", ...told, witness }
    }
    case "violated": {
      const { operations, written } = evidenceOf(model as Model, judged.part, judged.decision, steps)
      const impossible = isImpossible(model as Model, [...operations, ...written])
      if (impossible === false) throw new Error(`the evidence against the ${model.name} can be explained`)
      return {
        verdict: "violated",
        ...told,
        key: judged.part.key,
        anomaly: anomalyOf(model as Model, history, { operations, written }),
        evidence: operations as readonly Recorded<Input, Output>[],
        written: written as readonly Recorded<Input, Output>[],
        confirmed: impossible === true,
      }
    }
    case "unknown":
      return { verdict: "unknown", ...told, keys: judged.keys }
  }
}

/** The verdict alone. */
export const decideLinearizable = <State, Input, Output>(
  model: Model<State, Input, Output>,
  history: History<Input, Output>,
  { steps = defaultSteps }: CheckOptions = {},
): Verdict => judge(model as Model, history, steps).verdict

type Judged = Told &
  (
    | { readonly verdict: "holds"; readonly parts: readonly Part[]; readonly decisions: readonly Decision[] }
    | {
        readonly verdict: "violated"
        readonly part: Part
        readonly decision: Extract<Decision, { verdict: "violated" }>
      }
    | { readonly verdict: "unknown"; readonly keys: readonly string[] }
  )

/** What each key that is still open may do in the first round, and how much more in each round after it. */
const firstShare = 10_000
const growth = 8

/** Goes round the keys, so that a hard one does not keep an easy one from being refuted. */
const judge = (model: Model, history: History, steps: number): Judged => {
  const parts = partsOf(model, history)
  const exercised = parts.reduce((sum, { operations, pendings }) => sum + operations.length - pendings, 0)
  const decisions: Decision[] = []
  let spent = 0
  let open = parts.map((_, i) => i)
  for (let share = firstShare; open.length > 0 && spent <= steps; share *= growth) {
    const still: number[] = []
    for (const i of open) {
      const part = parts[i] as Part
      const decision = decide(model, part, Math.min(open.length === 1 ? steps : share, steps - spent))
      spent += decision.steps
      if (decision.verdict === "violated") return { verdict: "violated", exercised, steps: spent, part, decision }
      decisions[i] = decision
      if (decision.verdict === "unknown" && !decision.full) still.push(i)
    }
    open = still
  }
  const unknown = parts.filter((_, i) => decisions[i]?.verdict !== "holds")
  return unknown.length === 0
    ? { verdict: "holds", exercised, steps: spent, parts, decisions }
    : { verdict: "unknown", exercised, steps: spent, keys: unknown.map(({ key }) => key) }
}
