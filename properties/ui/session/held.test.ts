/** Every scenario can be held open: the session that plays it live leaves the trace that its input, told to its end, leaves headless. */
import { expect, it } from "vitest"
import { Run } from "#run"
import { scenarios } from "#scenarios"
import { Session } from "../../../src/ui/session/index.ts"

it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", (_, scenario) => {
  const session = new Session(scenario)
  for (let slices = 0; slices < 40; slices++) {
    session.playing = true
    session.pass(100_000)
  }
  // A promise that breaks stops the clock amid an instant; a moment later all of it has happened.
  const { head } = session
  while (session.head <= head) {
    session.playing = true
    session.pass(1)
  }
  const again = new Run(session.scenario, session.inputAt((Math.floor(session.head / 1000) + 1) * 1000))
  again.advance(session.head)
  expect(again.trace.digest).toBe(session.run.trace.digest)
})
