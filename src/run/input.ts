/**
 * The input of a run: plain data, and all there is to know. Same input, same trace.
 */
import * as Schema from "effect/Schema"
import { strategies } from "#sim"
import { Fault, Micros } from "#world"

/** The format this version reads and writes. */
export const inputFormat = 1

export const Operation = Schema.Struct({
  /** Names its dice, and survives shrinking. */
  id: Schema.String,
  /** The client's id. */
  client: Schema.String,
  /** The earliest instant, in microseconds: a client is sequential and may still be waiting. */
  at: Micros,
  /** In the words of the client's system. */
  call: Schema.Json,
})
export type Operation = typeof Operation.Type

export const Input = Schema.Struct({
  format: Schema.Literal(inputFormat),
  scenario: Schema.String,
  /** Names every die; an unsigned 32-bit number that is never shrunk. */
  seed: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0xffff_ffff })),
  /** Only what differs from the scenario's design; `part.choice` where there are several parts. */
  design: Schema.Record(Schema.String, Schema.String),
  /** Only what differs from the scenario's size; `part.knob` where there are several parts. */
  size: Schema.Record(Schema.String, Schema.Int),
  strategy: Schema.Literals(strategies),
  operations: Schema.Array(Operation),
  faults: Schema.Array(Fault),
  /** When the storm is over, in microseconds. */
  calmAt: Micros,
  /** The nodes that are healed then; the others stay away for good. */
  core: Schema.Array(Schema.String),
  /** When the run ends at the latest, in microseconds. */
  until: Micros,
})
export type Input = typeof Input.Type
