/**
 * Independent objects in one history, as jepsen.independent writes them: the value of every operation is `[key value]`.
 * Whether it is meant so is nowhere said. What is called without a value of its own tells: `[x nil]` has a key, `nil` has not.
 */
import { type Edn, spell } from "./edn.ts"
import type { Event, Operation } from "./events.ts"
import { Malformed, quote } from "./malformed.ts"

const isPair = (form: Edn | undefined): form is readonly [Edn, Edn] => Array.isArray(form) && form.length === 2

/** Whether what was invoked has a key, or undefined where it could be either. */
const hasKey = ({ f, key, value }: Event): boolean | undefined => {
  if (key !== undefined || !isPair(value)) return false
  if (f === "cas") return isPair(value[1])
  return f === "write" || f === "append" || f === "enqueue" ? undefined : f !== "txn"
}

const splitEvent = (event: Event, key: Edn): Event => {
  const { value, line } = event
  if (isPair(value)) {
    if (spell(value[0]) === spell(key)) return { ...event, key, value: value[1] }
    throw new Malformed(line, `the key is ${quote(spell(value[0]))}, but it was invoked with ${quote(spell(key))}`)
  }
  // What failed, or who knows, may say why in place of the value.
  if (event.type !== "ok" || value == null) return { ...event, key, value: undefined }
  throw new Malformed(line, `${quote(spell(value))} has no key, but what was invoked has`)
}

/** The operations with their keys apart from their values, where they have some; throws `Malformed`. */
export const splitKeys = (operations: readonly Operation[]): readonly Operation[] => {
  const keyed = operations.find(({ invoked }) => hasKey(invoked) === true)
  if (keyed === undefined) return operations
  return operations.map((operation) => {
    const { invoked, completed } = operation
    if (hasKey(invoked) === false || !isPair(invoked.value)) {
      throw new Malformed(
        invoked.line,
        `${quote(spell(invoked.value ?? null))} has no key, but ${quote(spell(keyed.invoked.value ?? null))} of line ${keyed.invoked.line} has`,
      )
    }
    const [key] = invoked.value
    return {
      ...operation,
      invoked: splitEvent(invoked, key),
      completed: completed === undefined ? undefined : splitEvent(completed, key),
    }
  })
}
