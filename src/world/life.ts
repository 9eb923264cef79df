/**
 * One life of a node: what its program is given when it boots, and what is dropped when it crashes.
 *
 * The context is built once and every fiber of this life enters through it, so that clock, chance, order, network and
 * disk are the node's own. Another life has another context on the same disk and the same hardware clock.
 */
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import * as Scheduler from "effect/Scheduler"
import { Cause, CurrentCause, causeOf, type Due, join, Kind, NodeClock, NodeRandom, Process, Stream } from "#sim"
import { Facts } from "./facts.ts"
import { CallTimeout, type Handler, Network } from "./network.ts"
import type { Hardware, Node } from "./node.ts"
import type { World } from "./world.ts"

interface Pending {
  readonly resume: (effect: Effect.Effect<unknown, CallTimeout>) => void
  readonly to: string
  readonly millis: number
}

const runTask: Due = { due: (task) => (task as () => void)() }

export class Life {
  readonly node: Node
  readonly process: Process
  readonly context: Context.Context<Hardware>
  handler: Handler | undefined = undefined
  readonly #world: World
  readonly #pending = new Map<number, Pending>()
  readonly #deadline: Due

  constructor(world: World, node: Node) {
    this.#world = world
    this.node = node
    const { simulation } = world
    this.process = new Process(simulation, node.index, node.name, world.strategy)
    this.#deadline = { due: (request) => this.#expire(request as number) }
    const services = new Map<string, unknown>([
      [Scheduler.Scheduler.key, this.process],
      [Clock.Clock.key, new NodeClock(this.process, node.clock)],
      [Random.Random.key, new NodeRandom(simulation, node.name)],
      [Logger.CurrentLoggers.key, new Set([this.#logger()])],
      [Metric.MetricRegistry.key, new Map()],
      [ConfigProvider.ConfigProvider.key, ConfigProvider.fromUnknown({})],
      [Network.key, this.#network()],
      [FileSystem.FileSystem.key, this.#disk()],
      [Facts.key, this.#facts()],
    ])
    this.context = Context.makeUnsafe<Hardware>(services)
  }

  get alive(): boolean {
    return this.process.alive
  }

  /** Runs a program on this life's account; a fiber that ends by a defect is reported. */
  run<A, E>(program: Effect.Effect<A, E, Hardware>, cause: Cause): Fiber.Fiber<A, E> {
    return Effect.runForkWith(Context.add(this.context, CurrentCause, cause))(program)
  }

  /** Handles a message that has arrived; `entry` is its delivery in the trace. */
  receive(message: unknown, from: Node, key: number, entry: number, request: number): void {
    const handler = this.handler
    if (handler === undefined) return
    const cause = new Cause(key, entry)
    const { simulation } = this.#world
    const before = simulation.account
    simulation.account = cause
    let effect: Effect.Effect<unknown>
    try {
      effect = handler(message, from.id)
    } catch (error) {
      effect = Exit.die(error)
    } finally {
      simulation.account = before
    }
    if (Exit.isExit(effect)) {
      this.#reply(effect as Exit.Exit<unknown>, from, cause, request)
      return
    }
    const fiber = this.run(effect, cause)
    const exit = fiber.pollUnsafe()
    if (exit !== undefined) this.#reply(exit, from, cause, request)
    else {
      this.#world.watch(fiber, this.node, "handler")
      fiber.addObserver((end) => this.#reply(end, from, cause, request))
    }
  }

  /** Whether somebody still waits for the answer to a request. */
  waitsFor(request: number): boolean {
    return this.#pending.has(request)
  }

  /** Hands an answer to whoever waits for it. */
  answer(request: number, message: unknown): void {
    const pending = this.#pending.get(request)
    this.#pending.delete(request)
    pending?.resume(Effect.succeed(message))
  }

  /** Ends this life: whatever it would still do is dropped. */
  drop(): void {
    this.process.drop()
    this.#pending.clear()
    this.handler = undefined
  }

  #reply(exit: Exit.Exit<unknown>, from: Node, cause: Cause, request: number): void {
    if (!this.process.alive) return
    if (Exit.isSuccess(exit)) {
      if (request !== 0 && exit.value !== undefined) {
        this.#world.send(this.node, from.id, exit.value, cause, "answer", request)
      }
    } else this.#world.failed(this.node, exit.cause)
  }

  #expire(request: number): void {
    const pending = this.#pending.get(request)
    if (pending === undefined) return
    this.#pending.delete(request)
    pending.resume(Effect.fail(new CallTimeout({ to: pending.to, millis: pending.millis })))
  }

  #network(): Network["Service"] {
    const { node } = this
    const world = this.#world
    return {
      self: node.id,
      send: (to, message) =>
        Effect.withFiber((fiber) => {
          if (this.process.alive) world.send(node, to, message, causeOf(fiber), "datagram", 0)
          return Effect.void
        }),
      call: (to, message, { timeout }) =>
        Effect.withFiber((fiber) => {
          const cause = causeOf(fiber)
          return Effect.callback<unknown, CallTimeout>((resume) => {
            if (!this.process.alive) return
            const request = world.send(node, to, message, cause, "request", 0)
            // The deadline bounds the entry's life, so the call needs no finalizer; a late resume is a no-op.
            this.#pending.set(request, { resume, to, millis: timeout })
            this.process.after(node.clock.onTimeline(timeout * 1000), this.#deadline, request)
          })
        }),
      serve: (handler) =>
        Effect.sync(() => {
          this.handler = handler
        }),
    }
  }

  #disk(): FileSystem.FileSystem {
    const { simulation } = this.#world
    const salt = join(simulation.seed, join(Stream.disk, this.node.name))
    return this.node.disk.fileSystem({
      now: () => simulation.now,
      after: (micros, task) => this.process.after(micros, runTask, task),
      die: () => join(salt, simulation.runningCause().next()),
      note: (what, value) => {
        simulation.trace.append(
          simulation.now,
          Kind[what],
          0,
          this.node.index,
          -1,
          value.bytes ?? 0,
          simulation.runningCause().parent,
          value,
        )
      },
    })
  }

  #facts(): Facts["Service"] {
    const { simulation } = this.#world
    return {
      record: (fact) => {
        if (!this.process.alive) return
        const cause = simulation.runningCause().parent
        simulation.trace.append(simulation.now, Kind.fact, 0, this.node.index, -1, 0, cause, fact)
      },
    }
  }

  #logger(): Logger.Logger<unknown, void> {
    const { simulation } = this.#world
    return Logger.make(({ message, logLevel, fiber }) => {
      const words = (Array.isArray(message) ? message : [message]).map((word) =>
        typeof word === "string" ? word : JSON.stringify(word),
      )
      simulation.trace.append(simulation.now, Kind.log, 0, this.node.index, -1, 0, causeOf(fiber).parent, {
        level: logLevel,
        words,
      })
    })
  }
}
