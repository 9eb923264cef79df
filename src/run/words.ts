/** The words for what happened: entries of a trace as a person would say them, in their system's own terms. */
import type { Called, Returned } from "#invariants"
import { type Entry, Kind, reasons } from "#sim"
import type { Fault } from "#world"
import { spellFault } from "./notation.ts"
import type { RunResult } from "./run.ts"
import { stage } from "./stage.ts"

/** What must be known of a run to say what happened in it. It is asked anew each time, for a run under way may change. */
export type Sayable = Pick<RunResult, "scenario" | "input" | "world" | "trace">

/** What the disk did, as its entries tell it. */
interface DiskDeed {
  readonly path: string
  readonly bytes?: number
  readonly how?: string
}

/** Says entries of one run. */
export const wordsOf = (result: Sayable): ((entry: Entry) => string) => {
  // The trace does not say how long a fault lasts; the input does.
  const spelled = (fault: Fault) => spellFault(result.input.faults.find(({ id }) => id === fault.id) ?? fault)
  const systems = new Map(stage(result.scenario, result.input).map(({ as, system }) => [as, system]))
  const said = (node: number, thing: unknown): string => {
    const system = systems.get(result.world.nodes[node]?.part ?? "")
    return system === undefined ? "" : system.say(thing)
  }
  const say = (entry: Entry): string => {
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
      case Kind.calm: {
        const { core } = value as { readonly core: readonly string[] }
        return `the storm is over${core.length === 0 ? "" : `, ${core.join(" ")} are healed`}`
      }
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
      case Kind.drop:
        return `${say(result.trace.entry(entry.cause))}: ${reasons[entry.detail]}`
      case Kind.hold:
        return `${say(result.trace.entry(entry.cause))}: held, ${reasons[entry.detail]}`
      case Kind.duplicate:
        return `${say(result.trace.entry(entry.cause))}: copied`
      case Kind.write: {
        const { path, bytes = 0, how } = value as DiskDeed
        return how === undefined ? `writes ${bytes} bytes to ${path}` : `${how} ${path}`
      }
      case Kind.sync: {
        const { path, bytes = 0, how } = value as DiskDeed
        return how === undefined ? `makes ${bytes} bytes of ${path} durable` : `says that ${path} is durable`
      }
      case Kind.refuse: {
        const { path, how } = value as DiskDeed
        return `the disk refuses ${path}: ${how}`
      }
      case Kind.log:
        return (value as { readonly words: readonly string[] }).words.join(" ")
      case Kind.defect:
        return "dies of a defect"
    }
  }
  return say
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
  "╌": "-",
  "├": "+",
  "┤": "+",
  "⋮": ":",
  "≠": "!",
  "×": "x",
  ...Object.fromEntries([..."①②③④⑤⑥⑦⑧⑨"].map((circled, nth) => [circled, String(nth + 1)])),
  ...Object.fromEntries([..."⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"].map((circled, nth) => [circled, String.fromCharCode(0x61 + nth)])),
}

/** Lines without a character that an old terminal could not show. */
export const asciiOnly = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => [...line].map((char) => toAscii[char] ?? (char.charCodeAt(0) < 128 ? char : "?")).join(""))
