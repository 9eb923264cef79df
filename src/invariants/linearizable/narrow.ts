/**
 * A model narrowed to the operations of one history: states that none of these can tell apart become one, which makes a
 * search among them so much smaller. What is legal stays as it is.
 */
import type { Outcome } from "../history.ts"
import type { Identity } from "./identity.ts"
import type { Illegal } from "./model.ts"

export interface Narrow<Input = unknown, Output = unknown, State extends Identity = Identity> {
  readonly initial: State
  step(state: State, input: Input, output: Output): State | Illegal
  unseen(state: State, input: Input): State | Illegal
  classOf(input: Input, outcome: Outcome<Output>): Identity
  /** A state in which nothing is legal but what is legal in every state, and which only a reset leaves. */
  readonly dead?: State
  /** One of the operations that cannot be explained whatever the others do. */
  readonly impossible?: number | undefined
  /** Whether operations other than resets may lead from a state to one in which this observation is legal. */
  leads?(state: State, input: Input, output: Output): boolean
}
