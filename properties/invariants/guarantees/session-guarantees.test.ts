/** The session guarantees against their definitions: for every order of the versions, what each session saw. */
import { describe } from "vitest"
import {
  checkMonotonicReads,
  checkMonotonicWrites,
  checkPram,
  checkReadYourWrites,
  checkWritesFollowReads,
} from "#invariants"
import { type Agreement, agree, few } from "./agreement.ts"
import type { Shape } from "./histories.ts"
import { type Guarantee, keeps } from "./oracles.ts"

/** What others see of a session takes more operations. */
const more: Shape = { operations: 8, processes: 3, keys: 2 }

const guarantee = (name: Guarantee, check: Agreement["check"], small: Shape): void =>
  agree({ check, holds: (history, given) => keeps(history, name, given), ordered: true, small })

describe("read your writes", () => guarantee("read your writes", checkReadYourWrites, few))

describe("monotonic reads", () => guarantee("monotonic reads", checkMonotonicReads, few))

describe("monotonic writes", () => guarantee("monotonic writes", checkMonotonicWrites, more))

describe("writes follow reads", () => guarantee("writes follow reads", checkWritesFollowReads, more))

describe("PRAM", () => guarantee("PRAM", checkPram, few))
