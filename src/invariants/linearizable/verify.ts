/**
 * Checks an answer without knowing how it was found: what is here uses nothing of a model but its steps, and nothing of
 * the engines.
 */
import type { History, Recorded } from "../history.ts"
import { identityOf } from "./identity.ts"
import { illegal, type Model } from "./model.ts"

/** How the operations of one key can have happened, one after the other. */
export interface Order {
  readonly key: string
  /**
   * Places in the history, in the order in which the operations took effect; the unanswered that are missing never did.
   */
  readonly order: readonly number[]
}

/** The last instant at which an operation can have taken effect. */
const deadline = ({ outcome, returnedAt }: Recorded): number =>
  outcome._tag === "ok" ? returnedAt : Number.POSITIVE_INFINITY

const after = (model: Model, state: unknown, { input, outcome }: Recorded): unknown =>
  outcome._tag === "ok" ? model.step(state, input, outcome.value) : model.unseen(state, input)

/**
 * Whether a witness has every answered operation once, respects all calls and returns, and is what the model allows.
 */
export const replays = <State, Input, Output>(
  model: Model<State, Input, Output>,
  history: History<Input, Output>,
  witness: readonly Order[],
): boolean => {
  const placed = new Uint8Array(history.length)
  const keys = new Set<string>()
  for (const { key, order } of witness) {
    if (keys.has(key)) return false
    keys.add(key)
    let state: unknown = model.initial
    let latestCall = Number.NEGATIVE_INFINITY
    for (let nth = 0; nth < order.length; nth++) {
      const place = order[nth] as number
      const operation = history[place]
      if (operation === undefined || placed[place] === 1 || operation.outcome._tag === "refused") return false
      if ((model.keyOf?.(operation.input) ?? "") !== key || deadline(operation) < latestCall) return false
      placed[place] = 1
      latestCall = Math.max(latestCall, operation.calledAt)
      state = after(model as Model, state, operation)
      if (state === illegal) return false
    }
  }
  for (let place = 0; place < history.length; place++) {
    if (placed[place] === 0 && (history[place] as Recorded).outcome._tag === "ok") return false
  }
  return true
}

/** How many operations may be looked at in all. */
const most = 2_000_000

/**
 * Whether no order at all explains the operations of one key, by trying them all: undefined where there are too many to
 * try.
 */
export const isImpossible = <State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Recorded<Input, Output>[],
): boolean | undefined => {
  const identity = (model as Model).identity?.bind(model) ?? identityOf
  const happened = operations.filter(({ outcome }) => outcome._tag !== "refused")
  const isExplained = (left: readonly number[]): boolean =>
    left.every((operation) => happened[operation]?.outcome._tag !== "ok")
  const firstReturn = (left: readonly number[]): number =>
    left.reduce(
      (first, operation) => Math.min(first, deadline(happened[operation] as Recorded)),
      Number.POSITIVE_INFINITY,
    )
  const all = [...happened.keys()]
  if (isExplained(all)) return false
  const tried = new Set<string>()
  let looked = 0
  const trail = [{ left: all, until: firstReturn(all), state: model.initial as unknown, next: 0 }]
  for (let here = trail.at(-1); here !== undefined; here = trail.at(-1)) {
    const took = here.left[here.next++]
    if (took === undefined) {
      trail.pop()
      continue
    }
    const operation = happened[took] as Recorded
    const state = operation.calledAt > here.until ? illegal : after(model as Model, here.state, operation)
    if (state === illegal) continue
    const left = here.left.filter((other) => other !== took)
    if (isExplained(left)) return false
    looked += left.length
    if (looked > most) return undefined
    const configuration = `${left.join()} ${identity(state)}`
    if (tried.has(configuration)) continue
    tried.add(configuration)
    trail.push({ left, until: firstReturn(left), state, next: 0 })
  }
  return true
}
