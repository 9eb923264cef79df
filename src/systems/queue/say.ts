/** Messages, calls, answers and facts in a few words. */
import { isLogTurningPoint, sayLog } from "#systems/replication"
import type { Answer, Fact, Message } from "./protocol.ts"
import type { Call } from "./workload.ts"

type Talk = Call | { readonly _tag: "ok"; readonly value: Answer }

export const say = (thing: unknown): string => {
  const word = thing as Message | Fact | Talk
  switch (word._tag) {
    case "publish":
      return `publish${word.poison ? " poison" : ""}${word.delay > 0 ? `, in ${word.delay} ms` : ""}`
    case "ok":
      return word.value.dropped.length === 0 ? "taken" : `taken, ${word.value.dropped.join(" ")} dropped`
    case "Publish":
      return `publish ${word.task.id}`
    case "Taken":
      return "taken"
    case "Full":
      return "full"
    case "Lease":
      return `work for ${word.groups.join(", ")}?`
    case "Delivery":
      return `${word.task.id} for ${word.group}, try ${word.attempt}`
    case "Nothing":
      return "nothing to do"
    case "Extend":
      return `still at ${word.id}`
    case "Finish":
      return `${word.id} is done`
    case "Fail":
      return `${word.id} has failed`
    case "Noted":
      return "noted"
    case "Do":
      return `write ${word.deeds.map(({ kind, op }) => `${kind} ${op}`).join(", ")}`
    case "Did":
      return "written"
    case "Took":
      return `takes ${word.id}`
    case "Refused":
      return `is full, refuses ${word.id}`
    case "Moved":
      return `${word.id} ${word.to} in ${word.group}`
    case "Cleared":
      return "starts its queue over"
    case "Tried":
      return `tries ${word.id} for ${word.group}, try ${word.attempt}`
    case "Failed":
      return `fails at ${word.id}, try ${word.attempt}`
    case "Done":
      return `has ${word.deeds.map(({ kind, op, group }) => `${kind} ${op} of ${group}`).join(", ")} on disk`
    case "Restored":
      return `finds ${word.deeds.length} deeds on its disk`
    default:
      return sayLog(thing)
  }
}

export const isTurningPoint = (thing: unknown): boolean => {
  const fact = thing as Fact
  if (fact._tag === "Moved") return fact.to === "dead" || fact.to === "dropped"
  if (fact._tag === "Restored") return fact.deeds.length > 0
  return fact._tag === "Refused" || fact._tag === "Cleared" || isLogTurningPoint(thing)
}
