/**
 * Accounts, and transfers between two of them that may lie on different shards. Pure.
 *
 * An account keeps what a transfer has asked of it until the transfer is settled. In two-phase commit (Gray 1978) that is a
 * hold: nothing moves before the decision. In a saga (Garcia-Molina and Salem 1987) the amount moves at once, where everybody
 * sees it, and is taken back if the transfer fails. Either way the decision is a row of its own, written once.
 */
import * as Schema from "effect/Schema"

/** What everybody starts with, and the most an account takes. */
export const opening = 100
export const limit = 200

export const Account = Schema.TaggedStruct("account", {
  balance: Schema.Int,
  /** By transfer: the amount, and whether the balance has it already. */
  pending: Schema.Record(Schema.String, Schema.Struct({ amount: Schema.Int, moved: Schema.Boolean })),
})
export type Account = typeof Account.Type

/** How far a transfer has come: `committed` and `aborted` are decisions, `done` is when both accounts know. */
export const Transfer = Schema.TaggedStruct("transfer", {
  from: Schema.String,
  to: Schema.String,
  amount: Schema.Int,
  stage: Schema.Literals(["begun", "committed", "aborted", "done"]),
  /** What was decided; until then, nothing is. */
  decision: Schema.Literals(["aborted", "committed"]),
})
export type Transfer = typeof Transfer.Type

export const AccountChange = Schema.Union([
  /** Asks for an amount, negative to give, on a transfer's account; `moved` at once, or held. */
  Schema.TaggedStruct("ask", { transfer: Schema.String, amount: Schema.Int, moved: Schema.Boolean }),
  /** Ends what a transfer has asked. */
  Schema.TaggedStruct("settle", { transfer: Schema.String, commit: Schema.Boolean }),
  /** Adds to the balance, with nothing to take it back by. */
  Schema.TaggedStruct("add", { amount: Schema.Int }),
])
export type AccountChange = typeof AccountChange.Type

export const TransferChange = Schema.Union([
  Schema.TaggedStruct("begin", { from: Schema.String, to: Schema.String, amount: Schema.Int }),
  /** Decides it, once, or ends it. */
  Schema.TaggedStruct("stage", { stage: Schema.Literals(["committed", "aborted", "done"]) }),
])
export type TransferChange = typeof TransferChange.Type

const fresh: Account = { _tag: "account", balance: opening, pending: {} }

/** Whether a balance stays within its bounds, whichever of the transfers that hold it are carried out. */
const fits = ({ balance, pending }: Account, amount: number): boolean => {
  let [least, most] = [balance, balance]
  for (const held of Object.values(pending)) {
    if (held.moved) continue
    if (held.amount < 0) least += held.amount
    else most += held.amount
  }
  return amount < 0 ? least + amount >= 0 : most + amount <= limit
}

const short = (amount: number): string => (amount < 0 ? "not enough there" : "no room there")

export const changedAccount = (account: Account = fresh, change: AccountChange): Account | string => {
  const { balance, pending } = account
  switch (change._tag) {
    case "add":
      return fits(account, change.amount) ? { ...account, balance: balance + change.amount } : short(change.amount)
    case "ask": {
      const { transfer, amount, moved } = change
      if (!fits(account, amount)) return short(amount)
      return {
        ...account,
        balance: moved ? balance + amount : balance,
        pending: { ...pending, [transfer]: { amount, moved } },
      }
    }
    case "settle": {
      const { [change.transfer]: asked, ...rest } = pending
      if (asked === undefined) return account
      const moves = asked.moved ? (change.commit ? 0 : -asked.amount) : change.commit ? asked.amount : 0
      return { ...account, balance: balance + moves, pending: rest }
    }
  }
}

export const changedTransfer = (transfer: Transfer | undefined, change: TransferChange): Transfer | string => {
  if (change._tag === "begin") {
    const { from, to, amount } = change
    return transfer ?? { _tag: "transfer", from, to, amount, stage: "begun", decision: "aborted" }
  }
  if (transfer === undefined) return "no such transfer"
  // A decision stands; nothing is done that is not decided.
  const isNext = change.stage === "done" ? transfer.stage !== "begun" : transfer.stage === "begun"
  if (!isNext) return transfer
  return { ...transfer, stage: change.stage, decision: change.stage === "done" ? transfer.decision : change.stage }
}
