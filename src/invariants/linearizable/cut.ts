/**
 * Instants from which on a history may be told without what was before: every way to order what returned until then
 * leaves the object as it was at first, but for operations that are still open and may take effect later just as well.
 *
 * This makes evidence small where nothing is known of a model but its steps. All configurations are followed from
 * return to return, as long as they are few.
 */
import type { Recorded } from "../history.ts"
import { deadline } from "./debts.ts"
import { identityOf } from "./identity.ts"
import { illegal, type Model } from "./model.ts"

/** How many configurations may be met, again and again, and of how many operations all orders are tried. */
const most = 200_000
const deepest = 5

/** Operations that took effect but haven't returned, and the state after all that took effect. */
interface Configuration {
  readonly open: readonly number[]
  readonly state: unknown
}

/** What is left of operations of one key, in the order of their calls, from each such instant on; the latest first. */
export function* cuts(model: Model, operations: readonly Recorded[]): Generator<readonly Recorded[]> {
  const returns = operations
    .flatMap(({ outcome }, i) => (outcome._tag === "ok" ? [i] : []))
    .sort((a, b) => deadline(operations[a] as Recorded) - deadline(operations[b] as Recorded))
  const found = instants(model, operations, returns)
  for (const count of found.reverse()) {
    const gone = new Set(returns.slice(0, count))
    yield operations.filter((_, i) => !gone.has(i))
  }
}

/** After how many of the returns such instants are. */
const instants = (model: Model, operations: readonly Recorded[], returns: readonly number[]): number[] => {
  const identity = model.identity?.bind(model) ?? identityOf
  const name = ({ open, state }: Configuration): string => `${open.join()} ${identity(state)}`
  const after = (state: unknown, operation: number): unknown => {
    const { input, outcome } = operations[operation] as Recorded
    return outcome._tag === "ok" ? model.step(state, input, outcome.value) : model.unseen(state, input)
  }
  /** Whether operations can take effect in some order, and then lead to a state. */
  const lead = (open: readonly number[], from: unknown, to: unknown): boolean =>
    from !== illegal &&
    open.length <= deepest &&
    (open.length === 0
      ? identity(from) === identity(to)
      : open.some((next) =>
          lead(
            open.filter((other) => other !== next),
            after(from, next),
            to,
          ),
        ))

  const found: number[] = []
  let called: number[] = []
  let next = 0
  let followed = 0
  let configurations: readonly Configuration[] = [{ open: [], state: model.initial }]
  for (const [stage, returning] of returns.entries()) {
    const instant = deadline(operations[returning] as Recorded)
    while (next < operations.length && (operations[next] as Recorded).calledAt <= instant) called.push(next++)
    const passed = new Map<string, Configuration>()
    const reached = new Set<string>()
    const stack = [...configurations]
    for (let configuration = stack.pop(); configuration !== undefined; configuration = stack.pop()) {
      const { open, state } = configuration
      if (open.includes(returning)) {
        const rest = { open: open.filter((other) => other !== returning), state }
        passed.set(name(rest), rest)
        continue
      }
      followed += called.length
      if (followed > most) return found
      for (const operation of called) {
        const to = open.includes(operation) ? illegal : after(state, operation)
        if (to === illegal) continue
        const there = { open: [...open, operation].sort((a, b) => a - b), state: to }
        if (!reached.has(name(there))) stack.push(there)
        reached.add(name(there))
      }
    }
    configurations = [...passed.values()]
    called = called.filter((operation) => operation !== returning)
    if (configurations.every(({ open, state }) => lead(open, model.initial, state))) found.push(stage + 1)
  }
  return found
}
