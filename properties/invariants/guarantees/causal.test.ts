/** Causal consistency in its three strengths, and sequential consistency, against their definitions. */
import { describe } from "vitest"
import { checkCausal, checkCausalConvergence, checkSequential, checkWeaklyCausal } from "#invariants"
import { agree, few } from "./agreement.ts"
import { isCausal, isCausallyConvergent, isSequential, isWeaklyCausal } from "./oracles.ts"

describe("sequential consistency", () =>
  agree({ check: checkSequential, holds: isSequential, ordered: true, small: few }))

describe("causal convergence", () =>
  agree({ check: checkCausalConvergence, holds: isCausallyConvergent, ordered: true, small: few }))

describe("causal consistency", () => agree({ check: checkCausal, holds: isCausal, ordered: false, small: few }))

describe("weak causal consistency", () =>
  agree({ check: checkWeaklyCausal, holds: isWeaklyCausal, ordered: false, small: few }))
