/** The network as a node's program sees it: datagrams, and calls with a deadline. Messages are immutable plain data. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"

/** No answer came in time. Whether the request was carried out, nobody can say. */
export class CallTimeout extends Data.TaggedError("CallTimeout")<{ readonly to: string; readonly millis: number }> {}

/** Answers a message: with a reply for a call, or with nothing. Each message is handled by a fiber of its own. */
export type Handler = (message: unknown, from: string) => Effect.Effect<unknown>

export class Network extends Context.Service<
  Network,
  {
    /** The id of this node. */
    readonly self: string
    /** Sends a message and does not wait; whether it arrives, nobody says. */
    readonly send: (to: string, message: unknown) => Effect.Effect<void>
    /** Sends a request and waits for its answer, at most `timeout` milliseconds. */
    readonly call: (
      to: string,
      message: unknown,
      options: { readonly timeout: number },
    ) => Effect.Effect<unknown, CallTimeout>
    /** Handles messages from now on. A second call replaces the handler. */
    readonly serve: (handler: Handler) => Effect.Effect<void>
  }
>()("snowglobe/Network") {}
