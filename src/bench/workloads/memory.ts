/** What an entry of the trace weighs, once all garbage is gone: messages that circulate, measured between two moments. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Countdown, type Record } from "./glass.ts"
import { ringWorld } from "./ring.ts"

setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc") as () => void

/** Bytes on the heap and in buffers. A second collection takes what the first only found. */
const held = (): number => {
  collect()
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

export const bytesPerEntry = (record: Record, deliveries: number): number => {
  const countdown = new Countdown()
  const world = ringWorld({ nodes: 10, peers: 1, record }, countdown)
  const { trace } = world.simulation
  countdown.play(world, deliveries)
  const before = { bytes: held(), entries: trace.length }
  countdown.play(world, deliveries)
  const after = { bytes: held(), entries: trace.length }
  return (after.bytes - before.bytes) / (after.entries - before.entries)
}
