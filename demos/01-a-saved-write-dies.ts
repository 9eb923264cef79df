// Lesson 1. "Saved" meant "on one disk". The same crash under two designs.

import * as Result from "effect/Result"
import { parseFaults, run } from "#run"
import { scenarios } from "#scenarios"

const promise = scenarios.find(({ name }) => name === "replication/promise")
if (promise === undefined) throw new Error("The catalogue has lost replication/promise.")

const crash = Result.getOrThrow(parseFaults("crash:n1@3s"))
const input = { ...promise.story(1), faults: crash }

for (const design of [promise.parts[""]?.design ?? {}, { ack: "quorum", promote: "fenced" }]) {
  const result = run(promise, { ...input, design })
  const survive = result.invariants.find(({ name }) => name === "acknowledged-writes-survive")
  const figure = (name: string) => result.figures.find((each) => each.name === name)
  console.log(JSON.stringify(design))
  console.log(`  ${survive?.verdict}: ${survive?.violation?.because ?? survive?.sentence}`)
  console.log(`  lost ${figure("RPO")?.value}, a write took ${figure("write latency p50")?.value} ms`)
}
