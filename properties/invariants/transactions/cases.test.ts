/**
 * The cases of Elle's own tests: which anomalies each contains, as `list-append-cases.json` in the folder that
 * SNOWGLOBE_HISTORIES names says it. The histories without the anomaly are ours.
 */
import { existsSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { type AnomalyName, checkTransactions, type IsolationLevel } from "#invariants"
import { atOnce, inTurn } from "./story.ts"

interface Case {
  readonly name: string
  readonly txns: readonly string[]
  readonly conc?: boolean
  readonly level: IsolationLevel
  readonly valid: boolean
  readonly expect: readonly AnomalyName[]
}

const folder = process.env.SNOWGLOBE_HISTORIES
const file = `${folder}/list-append-cases.json`
const isThere = folder !== undefined && existsSync(file)
const cases: readonly Case[] = isThere ? JSON.parse(readFileSync(file, "utf8")).cases : []

/** What a case contains besides, which Elle's test did not ask for: see its comments. */
const besides: Readonly<Record<string, readonly AnomalyName[]>> = {
  // Whoever reads the update reads what was aborted, too.
  "dirty update indirect": ["G1a"],
  // "There's a G0 here too, but we don't care."
  "internal inconsistency": ["G0"],
}

/** The same transactions, without the anomaly. */
const mended: Readonly<Record<string, readonly string[]>> = {
  "G0 write cycle": ["0:ok:ax1ay1", "1:ok:ax2ay2", "2:ok:rx12ry12"],
  "G1b intermediate read": ["0:ok:ax1ax2", "1:ok:rx12"],
  "G-single read skew": ["0:ok:ax1ay1", "1:ok:ax2ry1", "2:ok:rx12"],
  "G2 write skew": ["0:ok:ax1ry", "1:ok:ay1rx1"],
  "strong SI: realtime stale read": ["0:ok:ax1", "1:ok:ax2", "2:ok:rx12", "3:ok:rx12"],
  "strong session SI: process stale read": ["0:ok:ax1", "1:ok:ax2", "1:ok:rx12", "2:ok:rx12"],
  "G-nonadjacent": ["0:ok:ax1", "0:ok:rx1ry", "0:ok:ay1", "0:ok:ry1rx1"],
  "contradictory read orders": ["0:ok:ax1ry", "1:ok:ax2", "2:ok:ax3ay1", "3:ok:rx12", "4:ok:rx123"],
  "dirty update indirect": ["0:fail:ax1", "1:info:ax2", "2:ok:ax3", "3:ok:rx23"],
  "internal inconsistency": ["0:ok:ax1ax2ax4", "1:ok:ax3rx1243"],
  "lost update": ["0:ok:ax0", "1:ok:rx0ax1", "2:ok:rx01ax2"],
  "repeatable read: G-single-item": ["0:ok:ax1ay1", "1:ok:rx1ry1"],
  "future read": ["0:ok:rxax1", "1:ok:rx1"],
}

const title = isThere
  ? "the cases of Elle"
  : "the cases of Elle: skipped, since SNOWGLOBE_HISTORIES names no folder with them"

describe.skipIf(!isThere)(title, () => {
  it.each(cases)("$name: has at $level the anomalies that it should have", ({ name, txns, conc, level, ...known }) => {
    const result = checkTransactions((conc === true ? atOnce : inTurn)(txns), { level })
    const names = new Set(result.violations.map((violation) => violation.name))
    expect([...names].sort()).toEqual([...known.expect, ...(besides[name] ?? [])].sort())
    expect(result.verdict).toBe(known.valid ? "holds" : "violated")
  })

  it.each(cases)("$name: has nothing of the kind when it is mended", ({ name, conc, level }) => {
    const { verdict, violations } = checkTransactions((conc === true ? atOnce : inTurn)(mended[name] ?? []), { level })
    expect({ verdict, violations }).toEqual({ verdict: "holds", violations: [] })
  })
})
