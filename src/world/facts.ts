/**
 * What a node did, in its own words, for the trace: as a production program would write to its structured log.
 *
 * A fact is plain data and names a deed (an entry appended, a primary followed), never a judgement of the node about
 * itself. Invariants compare the facts of many nodes with each other and with what clients saw.
 */
import * as Context from "effect/Context"

export class Facts extends Context.Service<
  Facts,
  {
    /** Records a deed at once; plain data only. */
    readonly record: (fact: object) => void
  }
>()("snowglobe/Facts") {}
