/** Linearizability: whether an order of the operations, each between its call and its return, explains every answer. */
export {
  type CheckOptions,
  checkLinearizable,
  decideLinearizable,
  type Linearizability,
  type Linearizable,
  type NotLinearizable,
  type Undecided,
} from "./check.ts"
export { explainLinearizability } from "./explain.ts"
export type { Identity } from "./identity.ts"
export { type Illegal, illegal, type Model, type Value } from "./model.ts"
export { type CasRegisterInput, casRegister } from "./models/cas-register.ts"
export { type KeyValueInput, keyValue } from "./models/key-value.ts"
export { type ListAppendInput, listAppend } from "./models/list-append.ts"
export { type MutexInput, mutex } from "./models/mutex.ts"
export { empty, type QueueInput, queue } from "./models/queue.ts"
export { type RegisterInput, register } from "./models/register.ts"
export { isImpossible, type Order, replays } from "./verify.ts"
