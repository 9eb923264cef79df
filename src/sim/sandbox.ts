/**
 * The glass: while the kernel steps, the globals through which a program could see the outside are virtual.
 *
 * `Date`, `Math.random`, `performance.now`, `process.hrtime`, `crypto` and timers answer from the simulation. What would still reach the
 * real event loop (immediates, microtasks) is refused and recorded, with node and call site: a defect of ours, never a
 * verdict. Airtight because a step is one synchronous call.
 */
import { epochMillis } from "./clock.ts"
import { draw, Stream } from "./dice.ts"
import type { Simulation } from "./simulation.ts"
import type { Due, Timer } from "./timeline.ts"

/** Something under the glass reached for the outside. */
export interface Escape {
  /** The global it called. */
  readonly global: string
  /** The node, as an index; -1 where none was running. */
  readonly node: number
  /** The line it called from; for people, never part of a trace. */
  readonly site: string
}

interface Timeout {
  readonly timer: Timer
  readonly seq: number
}

const runTask: Due = { due: (task) => (task as () => void)() }

/** The line that called a function. */
const callSite = (called: () => never): string => {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 1
  const here = { stack: "" }
  Error.captureStackTrace(here, called)
  Error.stackTraceLimit = limit
  return here.stack.split("\n").at(-1)?.trim().replace(/^at /, "") ?? "unknown"
}

type Globals = Record<string, unknown>

/** The virtual globals of one simulation; `enter` puts them in place for one call. */
export class Sandbox {
  readonly escapes: Escape[] = []
  readonly #swaps: readonly { readonly on: Globals; readonly name: string; readonly virtual: unknown }[]
  #inside = false

  constructor(simulation: Simulation) {
    const random = () => draw(simulation.seed, Stream.global, simulation.runningCause().next()) >>> 0
    const nowMillis = () => epochMillis + Math.floor(simulation.now / 1000)
    const later = (task: (...args: unknown[]) => void, millis = 0, ...args: unknown[]): Timeout => {
      const at = simulation.now + Math.max(0, Math.round(millis * 1000))
      const timer = simulation.timeline.set(at, simulation.runningProcess(), runTask, () => task(...args))
      return { timer, seq: timer.seq }
    }
    const never = (timeout: Timeout | undefined) => {
      if (timeout !== undefined) simulation.timeline.cancel(timeout.timer, timeout.seq)
    }
    const refuse = (name: string) => {
      const refused = (): never => {
        this.escapes.push({ global: name, node: simulation.runningNode(), site: callSite(refused) })
        throw new Error(`${name} reaches outside the simulation`)
      }
      return refused
    }
    const fill = <A extends ArrayBufferView>(array: A): A => {
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
      for (let i = 0; i < bytes.length; i++) bytes[i] = random()
      return array
    }
    const RealDate = Date
    const VirtualDate = new Proxy(RealDate, {
      construct: (target, args: unknown[]) =>
        args.length === 0 ? new target(nowMillis()) : (Reflect.construct(target, args) as Date),
      apply: (target) => new target(nowMillis()).toString(),
      get: (target, key) => (key === "now" ? nowMillis : Reflect.get(target, key)),
    })
    const hrtime = Object.assign(
      () => [Math.floor(simulation.now / 1_000_000), (simulation.now % 1_000_000) * 1000] as [number, number],
      { bigint: () => BigInt(simulation.now) * 1000n },
    )
    const uuid = () => {
      const hex = Array.from({ length: 4 }, () => random().toString(16).padStart(8, "0")).join("")
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
    }
    const globals = globalThis as unknown as Globals
    const swap = (on: unknown, name: string, virtual: unknown) => ({ on: on as Globals, name, virtual })
    this.#swaps = [
      swap(globals, "Date", VirtualDate),
      swap(Math, "random", () => random() / 0x1_0000_0000),
      swap(performance, "now", () => simulation.now / 1000),
      swap(process, "hrtime", hrtime),
      swap(crypto, "getRandomValues", fill),
      swap(crypto, "randomUUID", uuid),
      swap(globals, "setTimeout", later),
      swap(globals, "clearTimeout", never),
      swap(globals, "setInterval", refuse("setInterval")),
      swap(globals, "setImmediate", refuse("setImmediate")),
      swap(globals, "queueMicrotask", refuse("queueMicrotask")),
      swap(process, "nextTick", refuse("process.nextTick")),
    ]
  }

  /** Runs one synchronous call under the glass. Nested calls stay inside. */
  enter<A>(call: () => A): A {
    if (this.#inside) return call()
    const real = this.#swaps.map(({ on, name }) => Object.getOwnPropertyDescriptor(on, name))
    this.#inside = true
    for (const { on, name, virtual } of this.#swaps) {
      Object.defineProperty(on, name, { value: virtual, configurable: true, writable: true, enumerable: false })
    }
    try {
      return call()
    } finally {
      this.#swaps.forEach(({ on, name }, i) => {
        const descriptor = real[i]
        if (descriptor === undefined) delete on[name]
        else Object.defineProperty(on, name, descriptor)
      })
      this.#inside = false
    }
  }

  /** The first escape as one line, or none. */
  get firstEscape(): Escape | undefined {
    return this.escapes[0]
  }
}
