/**
 * What a recording can be a history of: the models that `check` knows, which operations each has, and how one is chosen,
 * by a person (`cas-register:0`) or by the operations that a recording names.
 */
import * as Result from "effect/Result"
import type { Value } from "../linearizable/index.ts"
import type { Operation } from "./events.ts"
import { Malformed, quote } from "./malformed.ts"

/** Operations by model. The first model that has all operations of a recording is the one it is of. */
const operations = {
  register: ["read", "write"],
  "cas-register": ["read", "write", "cas"],
  mutex: ["acquire", "release"],
  queue: ["enqueue", "dequeue"],
  "list-append": ["append", "read", "txn"],
  "key-value": ["get", "put", "append"],
} as const

export type ModelName = keyof typeof operations

export const modelNames = Object.keys(operations) as readonly ModelName[]

export const isModelName = (name: string): name is ModelName => Object.hasOwn(operations, name)

const has = (model: ModelName, f: string): boolean => (operations[model] as readonly string[]).includes(f)

/** A model, and what a register holds at first where somebody said so. */
export interface ModelChoice {
  readonly name: ModelName
  readonly initial?: Value
}

/** Whether something can be held at first. */
export const hasInitial = (name: ModelName): boolean => name === "register" || name === "cas-register"

const initialOf = (text: string): Value => {
  if (text === "nil" || text === "null") return null
  if (text === "true" || text === "false") return text === "true"
  return /^-?\d{1,15}$/.test(text) ? Number(text) + 0 : text
}

/** The model that was typed: a name, for registers also `NAME:INITIAL`; or one line that says what would be right. */
export const parseModel = (text: string): Result.Result<ModelChoice, string> => {
  const colon = text.indexOf(":")
  const name = colon === -1 ? text : text.slice(0, colon)
  if (!isModelName(name)) return Result.fail(`unknown model ${quote(name)}; there are ${modelNames.join(", ")}`)
  if (colon === -1) return Result.succeed({ name })
  return hasInitial(name)
    ? Result.succeed({ name, initial: initialOf(text.slice(colon + 1)) })
    : Result.fail(`${name} takes no initial value; only register and cas-register do, like cas-register:0`)
}

/** The model that has every operation of a recording; throws `Malformed` where none has. */
export const modelOf = (recorded: readonly Operation[]): ModelName => {
  let fitting = modelNames
  for (const { invoked } of recorded) {
    const f = invoked.f ?? ""
    const still = fitting.filter((model) => has(model, f))
    if (still.length === 0) {
      const first = recorded[0]?.invoked
      throw new Malformed(
        invoked.line,
        modelNames.some((model) => has(model, f))
          ? `no model has ${quote(f)} and also what comes before it, from the ${quote(first?.f ?? "")} of line ${first?.line} on`
          : `no model has the operation ${quote(f)}; there are ${[...new Set(Object.values(operations).flat())].join(", ")}`,
      )
    }
    fitting = still
  }
  return fitting[0] as ModelName
}

/** Throws `Malformed` at the first operation that the model does not have. */
export const demand = (model: ModelName, recorded: readonly Operation[]): void => {
  const stranger = recorded.find(({ invoked }) => !has(model, invoked.f ?? ""))
  if (stranger === undefined) return
  const { f, line } = stranger.invoked
  throw new Malformed(line, `${model} has no operation ${quote(f ?? "")}; it has ${operations[model].join(", ")}`)
}
