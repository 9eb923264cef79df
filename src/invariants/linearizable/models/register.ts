/** A register: a read returns what the latest write wrote. */
import type { Model, Value } from "../model.ts"
import { type CasRegisterInput, casRegister } from "./cas-register.ts"

export type RegisterInput = Exclude<CasRegisterInput, { readonly _tag: "cas" }>

/** As many registers as inputs name keys. */
export const register = (initial: Value = null): Model<Value, RegisterInput, unknown> => ({
  ...casRegister(initial),
  name: "register",
})
