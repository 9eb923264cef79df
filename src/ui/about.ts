/** The pages that say all about one thing: an entry of the trace with what caused it, or a node. */
import type { Sayable } from "#run"
import type { Entry } from "#sim"
import { faultShape } from "#world"
import { whoOf } from "./listing.ts"
import { spellBlow } from "./menus.ts"
import type { NodeView, View } from "./session/view.ts"

const millis = (micros: number): string => `${(micros / 1000).toFixed(3)} ms`

/** The latest of so many entries, and how it came about. */
export const aboutEntry = (run: Sayable, say: (entry: Entry) => string, index: number): readonly string[] => {
  const { trace } = run
  const chain: Entry[] = []
  for (let at = index - 1; at >= 0; at = trace.entry(at).cause) chain.push(trace.entry(at))
  const [first, ...causes] = chain
  if (first === undefined) return ["Nothing has happened yet."]
  const line = (entry: Entry) =>
    `  ${millis(entry.at).padStart(13)}  ${whoOf(run, entry).padEnd(8)} ${say(entry)}`.trimEnd()
  return [
    `Entry ${first.index} of ${trace.length}`,
    line(first),
    "",
    ...(causes.length === 0 ? ["It has no cause in the trace."] : ["because of", ...causes.map(line)]),
    "",
    ...JSON.stringify(first.value ?? null, undefined, 2).split("\n"),
  ]
}

export const aboutNode = ({ id, region, role, health, since, picture }: NodeView, view: View): readonly string[] => {
  const log = picture?.log
  const hurt = view.troubles.filter(({ fault }) => fault.target.split(/[^\w.]+/).includes(id))
  return [
    `${id}, a ${role} in ${region}`,
    `  ${health} since ${millis(since)}`,
    ...(picture === undefined ? [] : [`  ${picture.role}, ${picture.term}`]),
    ...(log === undefined
      ? []
      : [
          "",
          `  ${String(log.last).padStart(7)}  last entry of the log in memory`,
          `  ${String(log.durable).padStart(7)}  durable: on disk, survives a crash`,
          `  ${String(log.commit).padStart(7)}  committed: held by as many as the design asks for`,
          `  ${String(log.applied).padStart(7)}  applied: what readers are shown`,
        ]),
    "",
    ...(hurt.length === 0
      ? ["  no fault on it"]
      : hurt.map(({ fault }) => `  ${spellBlow(fault)} since ${millis(fault.at)}: ${faultShape(fault.kind).sentence}`)),
  ]
}
