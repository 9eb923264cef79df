/**
 * Delivery, judged by effects: a message that came twice and had one effect is as good as one that came once.
 *
 * At least once and effectively once are promises for a receiver; competing workers are one receiver, and every
 * subscriber of a topic is one of its own. First in, first out is one for the messages of a sender about a key.
 */
import type { Outcome } from "../history.ts"
import { broken, type Finding, unbroken } from "./finding.ts"

/** A message, as its sender knows it. */
export interface Sent {
  readonly id: string
  readonly sender: string
  /** What it is about; without it all of a sender's messages are about the same. */
  readonly key?: string
  /** `ok`: the sender was told that it will arrive; `refused`: that it won't. */
  readonly outcome: Outcome["_tag"]
}

/** That a message took effect. */
export interface MessageEffect {
  readonly id: string
  /** The id of the message. */
  readonly message: string
  readonly receiver: string
}

export interface Delivery {
  /** Of each sender, in the order in which it sent them. */
  readonly sent: readonly Sent[]
  /** Of each receiver, in the order in which they happened. */
  readonly effects: readonly MessageEffect[]
  /** Who must receive every message; without it, it is enough that anybody does. */
  readonly receivers?: readonly string[]
}

/** Every message that its sender was told will arrive takes effect. Asked once nothing is under way any more. */
export const checkAtLeastOnce = ({ sent, effects, receivers }: Delivery): Finding => {
  const acknowledged = sent.filter(({ outcome }) => outcome === "ok")
  const anywhere = new Set(effects.map(({ message }) => message))
  const there = new Set(effects.map(({ receiver, message }) => JSON.stringify([receiver, message])))
  const exercised = acknowledged.length * (receivers?.length ?? 1)
  for (const { id, sender } of acknowledged) {
    const told = `${sender} was told that ${id} will arrive`
    if (receivers === undefined && !anywhere.has(id))
      return broken(exercised, [id], [`${told}, and it never took effect.`])
    const missed = receivers?.find((receiver) => !there.has(JSON.stringify([receiver, id])))
    if (missed !== undefined) return broken(exercised, [id], [`${told}, and it never took effect at ${missed}.`])
  }
  return unbroken(exercised)
}

/** No message takes effect twice at a receiver, and none does that was not sent. */
export const checkEffectivelyOnce = ({ sent, effects }: Delivery): Finding => {
  const messages = new Map(sent.map((each) => [each.id, each]))
  const first = new Map<string, MessageEffect>()
  for (const effect of effects) {
    const { id, receiver, message } = effect
    const took = `${message} took effect at ${receiver} (${id})`
    const origin = messages.get(message)
    if (origin === undefined) return broken(effects.length, [id], [`${took}, and nobody had sent it.`])
    if (origin.outcome === "refused") {
      return broken(effects.length, [message, id], [`${took}, and ${origin.sender} was told that it won't arrive.`])
    }
    const place = JSON.stringify([receiver, message])
    const known = first.get(place)
    if (known !== undefined)
      return broken(effects.length, [known.id, id], [`${took}, where it had taken effect before (${known.id}).`])
    first.set(place, effect)
  }
  return unbroken(effects.length)
}

/**
 * At each receiver the messages of a sender about a key take effect in the order in which they were sent, and none that
 * its sender was told will arrive is passed over. A repetition of the latest is no step back; of an earlier one it is.
 */
export const checkFirstInFirstOut = ({ sent, effects }: Delivery): Finding => {
  const queues = Map.groupBy(sent, ({ sender, key }) => JSON.stringify([sender, key]))
  const places = new Map<string, { readonly queue: readonly Sent[]; readonly place: number }>()
  for (const queue of queues.values()) {
    for (const [place, { id }] of queue.entries()) places.set(id, { queue, place })
  }
  const known = effects.filter(({ message }) => places.has(message))
  const placeOf = ({ message }: MessageEffect): number => places.get(message)?.place ?? 0
  const queueOf = ({ message }: MessageEffect): readonly Sent[] => places.get(message)?.queue ?? []

  let exercised = 0
  let found: Finding | undefined
  for (const atReceiver of Map.groupBy(known, ({ receiver }) => receiver).values()) {
    for (const [queue, stream] of Map.groupBy(atReceiver, queueOf)) {
      exercised += stream.length - 1
      found ??= backwards(stream, placeOf) ?? passedOver(stream, placeOf, queue)
    }
  }
  return found === undefined ? unbroken(exercised) : { ...found, exercised }
}

const backwards = (
  stream: readonly MessageEffect[],
  placeOf: (effect: MessageEffect) => number,
): Finding | undefined => {
  const at = stream.findIndex((effect, nth) => placeOf(effect) < placeOf(stream[nth - 1] ?? effect))
  const [before, effect] = [stream[at - 1], stream[at]]
  if (before === undefined || effect === undefined) return undefined
  const { receiver } = effect
  return broken(
    0,
    [before.id, effect.id],
    [
      `${before.message} took effect at ${receiver} (${before.id}), and ${effect.message} after it (${effect.id}).`,
      `${effect.message} had been sent first.`,
    ],
  )
}

const passedOver = (
  stream: readonly MessageEffect[],
  placeOf: (effect: MessageEffect) => number,
  queue: readonly Sent[],
): Finding | undefined => {
  const last = stream.reduce((latest, each) => (placeOf(each) > placeOf(latest) ? each : latest))
  const came = new Set(stream.map(({ message }) => message))
  const missing = queue.slice(0, placeOf(last)).find(({ id, outcome }) => outcome === "ok" && !came.has(id))
  if (missing === undefined) return undefined
  return broken(
    0,
    [missing.id, last.id],
    [
      `${missing.sender} was told that ${missing.id} will arrive; it never took effect at ${last.receiver}.`,
      `${last.message}, which was sent after it, did (${last.id}).`,
    ],
  )
}
