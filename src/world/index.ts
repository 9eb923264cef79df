/** The hardware: all that a node can touch, and all that can break. */
// What a system and its invariants need of the kernel: whose account something is on, and how entries are told apart.
export { type Cause, CurrentCause, type Entry, hashText, join, Kind, named, onAccountOf } from "#sim"
export { Disk } from "./disk.ts"
export { Facts } from "./facts.ts"
export {
  type Aim,
  endOf,
  type Family,
  Fault,
  type FaultClass,
  type FaultKind,
  faultKinds,
  faultShape,
  groupsOf,
  linkEnds,
  Micros,
  messageAim,
  nodesOf,
  plannedLength,
  type Unit,
} from "./fault.ts"
export { CallTimeout, type Handler, Network } from "./network.ts"
export type { Program } from "./node.ts"
export { reach } from "./weather.ts"
export { ordinaryWiring, type Range, type Wiring } from "./wiring.ts"
export { type Defect, Manner, World, type WorldOptions } from "./world.ts"
