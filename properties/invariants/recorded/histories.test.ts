/**
 * Real histories with known verdicts. They belong to others and are not kept here: the environment variable
 * SNOWGLOBE_HISTORIES names a folder with VERDICTS.tsv, in each line a file, its model and whether it is linearizable, and
 * with list-append-cases.json, small histories of transactions and the anomalies that Elle finds in them.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { type IsolationLevel, judgeRecording, parseRecording, type Recording, writeRecording } from "#invariants"

const folder = process.env.SNOWGLOBE_HISTORIES
const absent = folder === undefined
const where = absent ? "skipped, for SNOWGLOBE_HISTORIES names no folder" : "in the folder of SNOWGLOBE_HISTORIES"
const textOf = (file: string): string => readFileSync(join(folder ?? "", file), "utf8")

const read = (text: string): Recording => Result.getOrThrow(parseRecording(text)).recording

/** What a file must be read as, by what VERDICTS.tsv calls its model. */
const models: Readonly<Record<string, object>> = {
  "cas-register(init nil)": { model: "cas-register", initial: null },
  "cas-register init 0": { model: expect.stringMatching(/^(cas-)?register$/), initial: 0 },
  "mutex init free": { model: "mutex" },
  'kv get/put/append (init "")': { model: "key-value" },
}

const rows = absent ? [] : textOf("VERDICTS.tsv").trim().split("\n").slice(1)

describe.skipIf(absent)(`real histories (${where})`, () => {
  it("are many", () => {
    expect(rows.length).toBeGreaterThan(100)
  })

  it.each(rows.map((row) => row.split("\t")))("%s, of a %s, is linearizable: %s", (file = "", model = "", valid) => {
    const recording = read(textOf(file))
    expect(recording).toMatchObject(models[model] ?? {})
    const { verdict, anomaly, evidence } = judgeRecording(recording)
    expect(verdict).toBe(valid === "true" ? "holds" : "violated")
    expect({ anomaly: anomaly !== undefined, proved: evidence.length > 0 }).toEqual({
      anomaly: verdict === "violated",
      proved: verdict === "violated",
    })
    expect(judgeRecording(read(writeRecording(recording))).verdict).toBe(verdict)
  })
})

interface Case {
  readonly name: string
  /** A process, how it ended, and micro-operations: `0:ok:ax1ry12` appends 1 to x and reads [1 2] from y. */
  readonly txns: readonly string[]
  /** Whether all of them are concurrent. */
  readonly conc?: boolean
  readonly level: IsolationLevel
}

const cases: readonly Case[] = absent ? [] : JSON.parse(textOf("list-append-cases.json")).cases

/** A case in Jepsen's notation; concurrent transactions are of processes of their own. */
const spell = ({ txns, conc }: Case): string => {
  const events = txns.map((txn, place) => {
    const [process, type, micros = ""] = txn.split(":")
    const value = [...micros.matchAll(/([ar])([a-z])(\d*)/g)].map(([, f, key, digits = ""]) =>
      f === "a" ? `[:append ${key} ${digits}]` : `[:r ${key} ${digits === "" ? "nil" : `[${[...digits].join(" ")}]`}]`,
    )
    const of = `:process ${conc ? place : process}, :f :txn, :value [${value.join(" ")}]`
    return [`{:type :invoke, ${of}}`, `{:type :${type}, ${of}}`]
  })
  const order = conc ? [...events.map(([call]) => call), ...events.map(([, end]) => end)] : events.flat()
  return order.join("\n")
}

describe.skipIf(absent)(`transactions with anomalies (${where})`, () => {
  it.each(cases.map((each) => [each.name, each.level, each] as const))("%s is no %s", (_, level, each) => {
    const recording = read(spell(each))
    expect(recording.model).toBe("transactions")
    expect(judgeRecording(recording, { level })).toMatchObject({ verdict: "violated", engine: "transactions" })
  })
})
