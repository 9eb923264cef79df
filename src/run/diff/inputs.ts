/** How one input differs from another, in a few words each: seed, design, size, operations, faults, times. */
import type { Fault } from "#world"
import type { Input, Operation } from "../input.ts"
import { spellFault, spellTime } from "../notation.ts"
import { plural } from "../page.ts"

const records = (
  noun: string,
  a: Readonly<Record<string, string | number>>,
  b: Readonly<Record<string, string | number>>,
): readonly string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .sort()
    .filter((key) => a[key] !== b[key])
    .map((key) => `${noun} ${key}: ${a[key] ?? "as usual"} → ${b[key] ?? "as usual"}`)

/** What differs between two lists of things that bear ids; told one by one while they are few. */
const lists = <A extends { readonly id: string }>(
  noun: string,
  a: readonly A[],
  b: readonly A[],
  say: (thing: A) => string,
): readonly string[] => {
  const [inA, inB] = [a, b].map((all) => new Map(all.map((each) => [each.id, each])))
  const gone = a.filter(({ id }) => inB?.has(id) !== true)
  const come = b.filter(({ id }) => inA?.has(id) !== true)
  const changed = a.flatMap((each) => {
    const other = inB?.get(each.id)
    return other === undefined || say(each) === say(other) ? [] : [`${noun} ${say(each)} → ${say(other)}`]
  })
  const some = (word: string, all: readonly A[]) => {
    if (all.length === 0) return []
    return all.length > 2 ? [`${word} ${plural(all.length, noun)}`] : all.map((each) => `${word} ${noun} ${say(each)}`)
  }
  return [
    ...(changed.length > 2 ? [`${plural(changed.length, noun)} changed`] : changed),
    ...some("without", gone),
    ...some("with", come),
  ]
}

const sayOperation = ({ id, client, at, call }: Operation): string =>
  `${id} (${client} at ${spellTime(at)}: ${JSON.stringify(call).replaceAll('"', "")})`

const sayFault = (fault: Fault): string => spellFault(fault)

/** One phrase for each thing that is otherwise in `b` than in `a`; none where they are the same. */
export const inputDifferences = (a: Input, b: Input): readonly string[] => [
  ...(a.scenario === b.scenario ? [] : [`scenario ${a.scenario} → ${b.scenario}`]),
  ...(a.seed === b.seed ? [] : [`seed ${a.seed} → ${b.seed}`]),
  ...records("design", a.design, b.design),
  ...records("size", a.size, b.size),
  ...(a.strategy === b.strategy ? [] : [`strategy ${a.strategy} → ${b.strategy}`]),
  ...lists("operation", a.operations, b.operations, sayOperation),
  ...lists("fault", a.faults, b.faults, sayFault),
  ...(a.calmAt === b.calmAt ? [] : [`calm ${spellTime(a.calmAt)} → ${spellTime(b.calmAt)}`]),
  ...(a.core.join() === b.core.join() ? [] : [`core ${a.core.join(" ")} → ${b.core.join(" ")}`]),
  ...(a.until === b.until ? [] : [`end ${spellTime(a.until)} → ${spellTime(b.until)}`]),
]
