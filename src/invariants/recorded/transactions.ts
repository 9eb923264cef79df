/**
 * Transactions over lists, as Elle's histories have them (Kingsbury & Alvaro, VLDB 2020): `:f :txn`, and as the value the
 * micro-operations, `[[:append x 1] [:r x nil]]` where they are invoked, with what was read where they returned.
 */
import type { Outcome } from "../history.ts"
import type { Element, MicroOperation, Transaction, TransactionHistory } from "../transactions/index.ts"
import type { Dialect } from "./dialect.ts"
import { type Edn, spell, Word } from "./edn.ts"
import { type Event, type Operation, reasonOf } from "./events.ts"
import { Malformed, quote } from "./malformed.ts"
import { keyOf, scalarOf } from "./value.ts"

const isList = (form: Edn | undefined): form is readonly Edn[] => Array.isArray(form)

const nameOf = (form: Edn | undefined): string =>
  form instanceof Word ? form.text.replace(/^:/, "") : typeof form === "string" ? form : ""

/** Whether a value without an `:f` is that of a transaction. */
export const isTransaction = (value: Edn | undefined): boolean =>
  isList(value) && value.length > 0 && value.every((each) => isList(each) && ["append", "r"].includes(nameOf(each[0])))

const elementOf = (form: Edn, dialect: Dialect, line: number): Element => {
  const value = scalarOf(form, dialect, line)
  if (typeof value === "number" || typeof value === "string") return value
  throw new Malformed(line, `${quote(spell(form))} is no element of a list; one is a number or text`)
}

const seenOf = (form: Edn | undefined, dialect: Dialect, line: number): readonly Element[] => {
  if (form == null) return []
  if (isList(form)) return form.map((each) => elementOf(each, dialect, line))
  throw new Malformed(line, `a list was read as ${quote(spell(form))}`)
}

/** @param answered whether what its reads name is what they saw. */
const transactionOf = (event: Event, answered: boolean, dialect: Dialect): Transaction => {
  const { line, value } = event
  if (!isList(value)) {
    throw new Malformed(line, `this transaction has the value ${quote(spell(value ?? null))}; it must be a list`)
  }
  return value.map((form): MicroOperation => {
    const [name, key, what] = isList(form) ? form : []
    if (!isList(form) || form.length > 3 || key === undefined) {
      throw new Malformed(line, `${quote(spell(form))} must be like [:append x 1] or [:r x nil]`)
    }
    switch (nameOf(name)) {
      case "append":
        if (what === undefined) throw new Malformed(line, `${quote(spell(form))} appends nothing`)
        return { _tag: "append", key: keyOf(key), element: elementOf(what, dialect, line) }
      case "r":
        return answered
          ? { _tag: "read", key: keyOf(key), seen: seenOf(what, dialect, line) }
          : { _tag: "read", key: keyOf(key) }
      default:
        throw new Malformed(
          line,
          `lists have no ${quote(spell(name ?? null))}, in ${quote(spell(form))}; there are :append and :r`,
        )
    }
  })
}

const same = (asked: Transaction, answered: Transaction): boolean =>
  asked.length === answered.length &&
  asked.every((micro, index) => {
    const other = answered[index]
    if (other === undefined || micro._tag !== other._tag || micro.key !== other.key) return false
    return micro._tag === "read" || (other._tag === "append" && micro.element === other.element)
  })

/** The history of a store of lists; throws `Malformed`. */
export const transactionHistory = (operations: readonly Operation[], dialect: Dialect): TransactionHistory =>
  operations.map(({ id, invoked, completed, calledAt, returnedAt }) => {
    const begun = invoked.value ?? completed?.value
    const asked = transactionOf({ ...invoked, value: begun }, false, dialect)
    const record = (input: Transaction, outcome: Outcome<Transaction>) => ({
      id,
      process: invoked.process,
      calledAt,
      returnedAt,
      input,
      outcome,
    })
    if (completed === undefined) return record(asked, { _tag: "unknown", reason: "it never returned" })
    if (completed.type === "fail")
      return record(asked, { _tag: "refused", reason: reasonOf(completed, "it was aborted") })
    if (completed.type !== "ok") {
      return record(asked, { _tag: "unknown", reason: reasonOf(completed, "nobody knows how it ended") })
    }
    const value = transactionOf(completed, true, dialect)
    if (!same(asked, value)) {
      throw new Malformed(
        completed.line,
        `this transaction returned as ${quote(spell(completed.value ?? null))}, but on line ${invoked.line} it was ${quote(spell(begun ?? null))}`,
      )
    }
    return record(asked, { _tag: "ok", value })
  })
