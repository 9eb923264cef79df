/** Messages, calls, answers and facts in a few words. */
import { isLogTurningPoint, sayLog } from "#systems/replication"
import type { ListCommand } from "./list/lists.ts"
import type { Answer, Deed, Fact, Message } from "./protocol.ts"
import type { Call } from "./workload.ts"

type Talk = Call | { readonly _tag: "ok"; readonly value: Answer }

/** A command as a client of the list server would type it. */
const sayCommand = (command: ListCommand): string => {
  const { _tag, ...more } = command
  return [_tag, ...Object.values(more).flat()].join(" ")
}

/** One change of the database; where it was read from a partition, from which place and in whose time. */
const sayDeed = ({ kind, op, group, place }: Deed): string => {
  const whose = group === "" ? "" : ` of ${group}`
  const where = place === undefined ? "" : ` at ${place.partition}/${place.offset} in generation ${place.generation}`
  return `${kind} ${op}${whose}${where}`
}

export const say = (thing: unknown): string => {
  const word = thing as Message | Fact | Talk
  switch (word._tag) {
    case "publish":
      return `publish${word.poison ? " poison" : ""}${word.delay > 0 ? `, in ${word.delay} ms` : ""}`
    case "append":
      return `append for key ${word.key}`
    case "push":
      return word.count === 1 ? "push" : `push ${word.count}`
    case "order":
      return `order${word.declines === "" ? "" : `, ${word.declines} will be declined`}`
    case "pay":
      return "pay"
    case "ok": {
      const { dropped = [] } = word.value
      return dropped.length === 0 ? "done" : `taken, ${dropped.join(" ")} dropped`
    }
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
      return `write ${word.deeds.map(sayDeed).join(", ")}`
    case "Did":
      return "written"
    case "Declined":
      return "declined"
    case "Fenced":
      return "too late, another has it"
    case "Append":
      return `append ${word.id}`
    case "Placed":
      return `at ${word.partition}/${word.offset}`
    case "Join":
      return "may I read?"
    case "Assigned":
      return `generation ${word.generation}`
    case "Fetch":
      return "what is next?"
    case "Batch":
      return `${word.entries.length} from ${word.partition}/${word.offset}`
    case "Commit":
      return `done before ${word.partition}/${word.offset}`
    case "Rejoin":
      return "join again"
    case "Order":
      return `order ${word.id}`
    case "Ordered":
      return "ordered"
    case "NotOrdered":
      return "not ordered"
    case "Command":
      return sayCommand(word.command)
    case "Reply":
      return word.values.length === 0 ? String(word.length) : `${word.values.length} values`
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
      return `has ${word.deeds.map(sayDeed).join(", ")} on disk`
    case "Restored":
      return `finds ${word.deeds.length} deeds on its disk`
    case "Stood":
      return `puts ${word.id} at ${word.partition}/${word.offset}`
    case "Shared":
      return `shares the partitions among ${word.readers.join(" ")}, generation ${word.generation}`
    case "Committed":
      return `has ${word.partition} done before ${word.offset}`
    case "Row":
      return `has ${word.id} on disk`
    case "Rows":
      return `finds ${word.ids.length} orders on its disk`
    case "Ran":
      return sayCommand(word.command)
    case "Listed":
      return `finds ${Object.keys(word.lists).length} lists on its disk`
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
