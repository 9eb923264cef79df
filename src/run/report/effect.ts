/** What each fault did to the past of a violation, in a few words, read off the trace. */
import { type Entry, Kind } from "#sim"
import type { RunResult } from "../run.ts"
import { wordsOf } from "../words.ts"
import type { Cone } from "./cone.ts"
import { Strikes } from "./strikes.ts"

interface Effect {
  readonly dead: Entry[]
  readonly deeds: Set<string>
  held: number
  copied: number
}

/** What became of a node or its disk; nothing where that is plain from the fault's name. */
const deedOf = (entry: Entry, who: string, say: (entry: Entry) => string): string | undefined => {
  switch (entry.kind) {
    case Kind.crash:
      return say(entry) === "down" ? undefined : `${who} is ${say(entry)}`
    case Kind.stopped:
    case Kind.pause:
      return `${who} ${say(entry)}`
    case Kind.damage:
      return `${who}'s ${say(entry)}`
    case Kind.refuse:
      return `${who}'s disk refuses what it is given`
    case Kind.sync:
      return `${who} ${say(entry)}, and it is not`
    default:
      return undefined
  }
}

/** By the fault's id; only its dice know of what is not there. */
export const effectsOf = (result: RunResult, cone: Cone, last: number): ReadonlyMap<string, string> => {
  const { trace, world } = result
  const strikes = new Strikes(result)
  const say = wordsOf(result)
  const id = (node: number) => world.nodes[node]?.id ?? ""
  const effects = new Map<string, Effect>()
  for (let index = 0; index <= last; index++) {
    if (!cone.has(index)) continue
    const entry = trace.entry(index)
    for (const fault of strikes.behind(entry)) {
      const effect = effects.get(fault.id) ?? { dead: [], deeds: new Set(), held: 0, copied: 0 }
      effects.set(fault.id, effect)
      if (entry.kind === Kind.drop) effect.dead.push(trace.entry(entry.cause))
      if (entry.kind === Kind.hold) effect.held++
      if (entry.kind === Kind.duplicate) effect.copied++
      const deed = deedOf(entry, id(entry.node), say)
      if (deed !== undefined) effect.deeds.add(deed)
    }
  }
  const message = (sent: Entry) => `“${say(sent)}” from ${id(sent.node)} to ${id(sent.peer)}`
  const told = ({ dead, deeds, held, copied }: Effect): string => {
    const latest = dead.at(-1)
    return [
      ...deeds,
      ...(latest === undefined || dead.length > 1 ? [] : [`${message(latest)} dies`]),
      ...(latest === undefined || dead.length === 1
        ? []
        : [`${dead.length} messages die, the last of them ${message(latest)}`]),
      ...(held === 0 ? [] : [held === 1 ? "1 message waits" : `${held} messages wait`]),
      ...(copied === 0 ? [] : [copied === 1 ? "1 message arrives twice" : `${copied} messages arrive twice`]),
    ].join("; ")
  }
  return new Map([...effects].map(([fault, effect]) => [fault, told(effect)]))
}
