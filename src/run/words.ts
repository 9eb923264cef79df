/** The words for what happened: entries of a trace as a person would say them, in their system's own terms. */
import type { Called, Returned } from "#invariants"
import { type Entry, Kind } from "#sim"
import type { Fault } from "#world"
import { spellFault } from "./notation.ts"
import type { RunResult } from "./run.ts"
import { stage } from "./stage.ts"

/** Says entries of one run; what is asked of the run is asked when an entry is said, for a run under way may change. */
export const wordsOf = (result: Pick<RunResult, "scenario" | "input" | "world">): ((entry: Entry) => string) => {
  // The trace does not say how long a fault lasts; the input does.
  const spelled = (fault: Fault) => spellFault(result.input.faults.find(({ id }) => id === fault.id) ?? fault)
  const systems = new Map(stage(result.scenario, result.input).map(({ as, system }) => [as, system]))
  const said = (node: number, thing: unknown): string => {
    const system = systems.get(result.world.nodes[node]?.part ?? "")
    return system === undefined ? "" : system.say(thing)
  }
  return (entry) => {
    const { kind, node, value } = entry
    switch (kind) {
      case Kind.send:
      case Kind.deliver:
      case Kind.fact:
        return said(node, value)
      case Kind.call: {
        const { id, call } = value as Called
        return `${id}: ${said(node, call)}`
      }
      case Kind.return: {
        const { id, outcome } = value as Returned
        return outcome._tag === "ok" ? `${id}: ${said(node, outcome)}` : `${id}: ${outcome._tag}, ${outcome.reason}`
      }
      case Kind.fault:
        return `${spelled(value as Fault)} begins`
      case Kind.heal:
        return `${spelled(value as Fault)} ends`
      case Kind.crash: {
        const { lost, torn } = value as { readonly lost: number; readonly torn: number }
        const tail = [lost > 0 ? `loses ${lost} unsynced` : "", torn > 0 ? `tears ${torn}` : ""].filter(
          (each) => each !== "",
        )
        return `down${tail.length > 0 ? `, ${tail.join(", ")}` : ""}`
      }
      case Kind.boot:
        return entry.n === 0 ? "starts" : "starts again"
      case Kind.calm:
        return `the storm is over, ${(value as { readonly core: readonly string[] }).core.join(" ")} are healed`
      case Kind.pause:
        return "freezes"
      case Kind.resume:
        return "goes on"
      case Kind.stop:
        return "is asked to stop"
      case Kind.stopped:
        return "has stopped"
      case Kind.damage:
        return `disk damaged: ${(value as { readonly how?: string }).how ?? "rot"}`
      case Kind.violation:
        return value as string
      default:
        return ""
    }
  }
}

const toAscii: Readonly<Record<string, string>> = {
  "✗": "x",
  "✔": "+",
  "✝": "#",
  "●": "o",
  "◆": "*",
  "■": "=",
  "╳": "X",
  "▶": ">",
  "◀": "<",
  "│": "|",
  "─": "-",
  "·": ".",
  "…": "~",
  "↑": "^",
  "→": ">",
  "“": '"',
  "”": '"',
}

/** Lines without a character that an old terminal could not show. */
export const asciiOnly = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => [...line].map((char) => toAscii[char] ?? (char.charCodeAt(0) < 128 ? char : "?")).join(""))
