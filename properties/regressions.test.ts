/** Counterexamples that storms found against the sound design, each kept as the line that plays it. */
import * as Result from "effect/Result"
import { expect, test } from "vitest"
import { decodeToken, run } from "#run"
import { scenarios } from "#scenarios"

const found = {
  "a node whose disk never held a promise is not taken for one that lost its disk":
    "sg1.i1YyjS-uKivMSSkKDlWCG4wSMqBQMSlW0lECo-hYHSVYhBs5mBroIGUXEwNLbUMDHVBeyDN0MLYwwx67xtjiESn6dJRyQO420FFKzYHEoZKVkakBKM2CU623qWNmRG5euVNYcrpSLAA2mXb",
  "two slow faults at once do not make a disk that is slow long after both have ended":
    "sg1.i1YyTy72Nyk3LDMOd1WCG4wSMqBQMSlWMDY3NlKwtIQES1REoGVUUWkGKHjwBgZ-d4BzUJ6hrbFphYOpgbaliZEOTMjMpMLBxMxU29TIHJFWqrElC0MsKUBHKQdkpZGJhY5Sag4kIShZGZkagBI-OOn7ZGUF5JS5FijFAgAgYfV",
}

test.for(Object.entries(found))("%s", ([, token]) => {
  const { input } = Result.getOrThrow(decodeToken(token))
  const scenario = scenarios.find(({ name }) => name === input.scenario)
  if (scenario === undefined) throw new Error(`The catalogue has lost ${input.scenario}.`)
  const { invariants } = run(scenario, input)
  expect(invariants.filter(({ verdict }) => verdict === "violated").map(({ name }) => name)).toEqual([])
  expect(invariants.find(({ name }) => name === "converges")?.verdict).toBe("holds")
})
