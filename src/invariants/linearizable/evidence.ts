/**
 * The smallest evidence that can be found: of a violated history the beginning that is already impossible, and of that
 * as few operations as are impossible by themselves. What can be left out of it is another matter (`debts.ts`).
 */
import type { Recorded } from "../history.ts"
import { cuts } from "./cut.ts"
import { Debts, deadline } from "./debts.ts"
import { type Decision, decide } from "./decide.ts"
import { illegal, type Model } from "./model.ts"
import { type Part, partOf } from "./part.ts"
import { zones } from "./zones.ts"

export interface Evidence {
  /** Operations that cannot have happened like that, in the order of their calls. */
  readonly operations: readonly Recorded[]
  /** Others that made what these saw. */
  readonly written: readonly Recorded[]
}

/** Operations, and as much of them as was known at some instant. */
interface Beginning {
  readonly instant: number
  readonly whole: readonly Recorded[]
  readonly known: readonly Recorded[]
}

type Refuted = Extract<Decision, { verdict: "violated" }>

/** More operations are too many to try all subsets of, or to be shown. */
const many = 12

/**
 * Finds evidence among the operations of one key, of which it was decided that they are impossible, in about so many
 * steps.
 */
export const evidenceOf = (model: Model, part: Part, decision: Refuted, steps: number): Evidence => {
  const work = new Work(model, steps)
  const beginning = earliest(work, part.operations, decision)
  const clash = clashOf(model, beginning.known)
  if (clash !== undefined && clash.length <= many) return fewest(work, beginning.whole, clash)
  const few = reduced(work, beginning.whole, gathered(work, beginning))
  const rest = anew(work, few)
  return { operations: rest === undefined ? few : reduced(work, rest, all(rest)), written: [] }
}

/** What is left of impossible operations from the last instant on at which they may as well begin, if there is one. */
const anew = (work: Work, operations: readonly Recorded[]): readonly Recorded[] | undefined => {
  const { model } = work
  const debts = new Debts(model, operations)
  for (const rest of cuts(model, operations)) {
    const stays = new Set(rest)
    /** Whether it is seen why something was answered so: it owes that to what is left, or to how all things begin. */
    const isSeen = ({ input, outcome }: Recorded, i: number): boolean =>
      debts.of(i).creditors.every((creditor) => stays.has(operations[creditor] as Recorded)) ||
      outcome._tag !== "ok" ||
      model.step(model.initial, input, outcome.value) !== illegal
    const isTold = operations.every((operation, i) => !stays.has(operation) || isSeen(operation, i))
    if (isTold && work.isImpossible(rest)) return rest
  }
  return undefined
}

/**
 * How many steps it takes at least to decide on an operation, and into how many decisions the steps must suffice for.
 */
const least = 64
const share = 16

/** Decisions on parts of a history, as long as there are steps left. */
class Work {
  readonly model: Model
  readonly #steps: number
  #left: number

  constructor(model: Model, steps: number) {
    this.model = model
    this.#steps = steps
    this.#left = steps
  }

  get isOver(): boolean {
    return this.#left < 0
  }

  isImpossible(operations: readonly Recorded[]): boolean {
    if (this.isOver) return false
    const { verdict, steps } = decide(this.model, partOf(operations), this.#steps / share)
    this.#left -= steps + least * operations.length
    return verdict === "violated"
  }
}

/** Operations among which those are that are impossible, if their versions tell. */
const clashOf = (model: Model, operations: readonly Recorded[]): readonly number[] | undefined => {
  const versions = model.versions?.(operations)
  const judged = versions && zones(partOf(operations), versions)
  return judged?.verdict === "violated" ? judged.clash : undefined
}

/** The shortest beginning of a history that is impossible. */
const earliest = (work: Work, operations: readonly Recorded[], decision: Refuted): Beginning => {
  const returns = operations.flatMap(({ outcome, returnedAt }) => (outcome._tag === "ok" ? [returnedAt] : []))
  const instants = Float64Array.from(new Set(returns)).sort()
  const stuck = "clash" in decision ? decision.clash : [decision.stuck]
  const guess = instants.indexOf(Math.max(...stuck.map((i) => deadline(operations[i] as Recorded))))
  let possible = -1
  let impossible = instants.length - 1
  const probe = (next: number): void => {
    if (next <= possible || next >= impossible) return
    if (work.isImpossible(until(work.model, operations, instants[next] as number).known)) impossible = next
    else possible = next
  }
  // Mostly that is it.
  probe(guess)
  probe(guess - 1)
  while (possible < impossible - 1) probe((possible + impossible) >> 1)
  return until(work.model, operations, instants[impossible] ?? Number.POSITIVE_INFINITY)
}

/** What was known of a history at some instant. */
const until = (model: Model, operations: readonly Recorded[], instant: number): Beginning => {
  const whole: Recorded[] = []
  const known: Recorded[] = []
  const outcome = { _tag: "unknown", reason: "still open" } as const
  for (const operation of operations) {
    if (operation.calledAt > instant) break
    const isOpen = deadline(operation) > instant
    if (isOpen && model.observes?.(operation.input, outcome)) continue
    whole.push(operation)
    known.push(isOpen ? { ...operation, outcome } : operation)
  }
  return { instant, whole, known }
}

const all = (operations: readonly Recorded[]): readonly number[] => [...operations.keys()]

/** Of an impossible beginning, impossible operations among the last. */
const gathered = (work: Work, { instant, whole }: Beginning): readonly number[] => {
  const debts = new Debts(work.model, whole)
  const isNeeded = (i: number): boolean => deadline(whole[i] as Recorded) === instant || !debts.canGo(i)
  for (let size = 1; size < whole.length; size *= 2) {
    const some = new Set(all(whole).filter((i) => isNeeded(i) || i >= whole.length - size))
    for (const i of some) {
      const { creditors, overwrittenBy = i } = debts.of(i)
      for (const creditor of creditors) some.add(creditor)
      some.add(overwrittenBy)
    }
    const chosen = [...some].sort((a, b) => a - b)
    if (work.isImpossible(chosen.map((i) => whole[i] as Recorded))) return chosen
  }
  return all(whole)
}

/**
 * As few as can be left of impossible operations, of which these are enough: without any one of them, and what can't
 * stay without it, an order exists.
 */
const reduced = (work: Work, operations: readonly Recorded[], enough: readonly number[]): readonly Recorded[] => {
  const debts = new Debts(work.model, operations)
  const debtors = new Map(enough.map((i): [number, number[]] => [i, []]))
  for (const debtor of enough) for (const creditor of debts.of(debtor).creditors) debtors.get(creditor)?.push(debtor)
  let left = enough
  for (let size = left.length >> 1, isSmaller = true; (size > 0 || isSmaller) && !work.isOver; size >>= 1) {
    const candidates = left.filter((i) => debts.canGo(i))
    const step = Math.max(1, size)
    isSmaller = false
    for (let from = 0; from < candidates.length && !work.isOver; from += step) {
      const gone = new Set(candidates.slice(from, from + step))
      for (const creditor of gone) for (const debtor of debtors.get(creditor) ?? []) gone.add(debtor)
      const rest = left.filter((i) => !gone.has(i))
      if (rest.length === left.length || !work.isImpossible(rest.map((i) => operations[i] as Recorded))) continue
      left = rest
      isSmaller = true
    }
  }
  return left.map((i) => operations[i] as Recorded)
}

/**
 * The fewest among some operations that are impossible together with all that they may owe something to, and these, and
 * so on.
 */
const fewest = (work: Work, operations: readonly Recorded[], clash: readonly number[]): Evidence => {
  const debts = new Debts(work.model, operations)
  const creditors = (some: readonly number[]): readonly number[] => {
    const all = new Set(some)
    for (const debtor of all) for (const creditor of debts.of(debtor).creditors) all.add(creditor)
    return [...all].sort((a, b) => a - b)
  }
  const together = creditors(clash)
  const candidates = together.length > many ? clash.toSorted((a, b) => a - b) : together
  let best = { chosen: candidates, all: together }
  for (let size = 1; size < best.chosen.length; size++) {
    for (const chosen of subsets(candidates, size)) {
      const all = creditors(chosen)
      const isBetter = size < best.chosen.length || all.length < best.all.length
      // What was never answered contradicts nothing.
      if (chosen.every((i) => operations[i]?.outcome._tag !== "ok")) continue
      if (isBetter && work.isImpossible(all.map((i) => operations[i] as Recorded))) best = { chosen, all }
    }
  }
  const those = (some: readonly number[]): readonly Recorded[] => some.map((i) => operations[i] as Recorded)
  return { operations: those(best.chosen), written: those(best.all.filter((i) => !best.chosen.includes(i))) }
}

/** All subsets of a size, in the order of what they are subsets of. */
function* subsets(all: readonly number[], size: number): Generator<readonly number[]> {
  if (size === 0) {
    yield []
    return
  }
  for (let i = 0; i + size <= all.length; i++) {
    for (const rest of subsets(all.slice(i + 1), size - 1)) yield [all[i] as number, ...rest]
  }
}
