/** Scenes worth looking at, made by pressing keys: each is a desk that somebody has sat at for a while. */
import * as Result from "effect/Result"
import { type Input, parseFaults, type Scenario } from "#run"
import { scenarios } from "#scenarios"
import { Desk } from "../../src/ui/desk.ts"
import { Session, type SessionOptions } from "../../src/ui/session/session.ts"

const scenario = (name: string): Scenario => scenarios.find((each) => each.name === name) as Scenario

/** Somebody who sits down at a scenario. */
export const sit = (name: string, options: SessionOptions = {}): Desk =>
  new Desk({ session: new Session(scenario(name), options), scenarios })

/** The same, playing the scenario's story with something else in it, to its own end. */
const play = (name: string, instead: Partial<Input>): Desk =>
  sit(name, { input: { ...scenario(name).story(1), ...instead } })

/** Lets virtual time go by (milliseconds), or until a promise breaks. */
export const wait = (desk: Desk, millis: number): Desk => {
  for (let passed = 0; passed < millis && desk.session.mode === "live"; passed += 10) desk.frame(10)
  return desk
}

export const press = (desk: Desk, ...keys: readonly string[]): Desk => {
  for (const key of keys) desk.press(key)
  return desk
}

/** Lets what is played again come to its end. */
export const settle = (desk: Desk): Desk => {
  while (desk.session.mode === "working") desk.frame(10)
  return desk
}

const faults = (...spelled: readonly string[]) => Result.getOrThrow(parseFaults(spelled.join(",")))

const lost = (): Desk => wait(press(sit("replication/promise"), "x"), 10_000)

/** The moments that every panel must be able to show. */
export const scenes = {
  "nothing yet": () => sit("replication/storm"),
  "the opening": () => press(sit("replication/promise"), "space"),
  "just broken": lost,
  "looking back": () => press(lost(), "space", "space", "[", "left", "left"),
  "replayed slowly": () => {
    const desk = press(lost(), "r")
    for (let frame = 0; frame < 40; frame++) desk.frame(100)
    return desk
  },
  "another design survived": () => press(wait(settle(press(lost(), "d", "enter")), 3000), "space"),
  "played again": () => {
    const desk = press(lost(), "d", "enter")
    desk.session.pass(0, 150)
    return desk
  },
  "the palette": () => press(sit("replication/promise"), "f", "down", "down"),
  "the designs": () => press(sit("replication/promise"), "d"),
  "the scenarios": () => press(sit("replication/promise"), "p"),
  "the help": () => press(sit("replication/promise"), "?", "down", "down"),
  "a node in detail": () => press(sit("replication/promise"), "e"),
  "a filter being typed": () => press(sit("replication/promise"), "/", ..."append"),
  "a toast": () => press(sit("replication/promise"), "i"),
  "a panel alone": () => press(wait(sit("replication/promise"), 500), "2", "z"),
  "five nodes in a storm": () =>
    wait(
      play("replication/storm", {
        size: { nodes: 5, clients: 4 },
        faults: faults(
          "isolate:n2@1s",
          "slow:n1=20x@1s",
          "skew:n3=500ms@1s",
          "latency:n1->n3=80ms@1s",
          "loss:*->*=30%@1s",
          "clog:n3->n1@1200",
          "pause:n5@1400",
          "stall:n4@1s",
          "crash:n3=torn@1800",
        ),
      }),
      2000,
    ),
  "a run that is over": () => wait(play("replication/failover", {}), 30_000),
  "a run in which nothing can happen any more": () =>
    wait(
      play("replication/promise", {
        operations: [],
        core: [],
        faults: faults("crash:n1@1s", "crash:n2@1s", "crash:n3@1s"),
      }),
      30_000,
    ),
} as const satisfies Readonly<Record<string, () => Desk>>

export type SceneName = keyof typeof scenes
