/** The matrix tells what is declared from what is observed: a declaration that is wrong, either way, is a cell that disagrees. */
import { describe, expect, it } from "vitest"
import { type Cell, judgeVariant, run, type Scenario, type Variant, variantsOf } from "#run"
import { storm } from "../../demos/counter.ts"
import { askJson } from "../cli/ask.ts"

const [part] = Object.values(storm.parts)
if (part === undefined) throw new Error("The storm has no part.")
const { system } = part
const judge = (variant: Variant, runs = 60, scenario: Scenario = storm): readonly Cell[] =>
  judgeVariant(scenario, variant, { seed: 1, runs }).cells

describe("the matrix", () => {
  it("has the default, each choice moved away from it, and the pairs that break something together", () => {
    expect(variantsOf(system)).toEqual([
      { design: {}, declared: { "answered-once": "holds" } },
      { design: { save: "written" }, declared: { "answered-once": "violated" } },
    ])
    const values = { save: "written", other: "x" }
    const paired = { ...system, pairs: [{ values, breaks: [], notPromised: ["answered-once"] }] }
    expect(variantsOf(paired).at(-1)).toEqual({ design: values, declared: { "answered-once": "not-promised" } })
  })

  it("agrees where what is observed is what is declared", () => {
    for (const variant of variantsOf(system)) {
      const [cell] = judge(variant)
      expect(cell).toMatchObject({ agrees: true, observed: cell?.declared })
      if (cell?.declared !== "violated") expect(cell).toMatchObject({ runs: 60 })
      else {
        expect(cell.runs).toBeLessThan(60)
        expect(cell.input && run(storm, cell.input).verdict).toBe("violated")
      }
    }
  })

  it("disagrees where a design breaks what it declares to hold, and where it keeps what it declares broken", () => {
    const boast: Variant = { design: { save: "written" }, declared: { "answered-once": "holds" } }
    expect(judge(boast)).toMatchObject([{ observed: "violated", agrees: false }])
    const shy: Variant = { design: {}, declared: { "answered-once": "violated" } }
    expect(judge(shy)).toMatchObject([{ observed: "holds", runs: 60, agrees: false }])
    const modest: Variant = { design: { save: "written" }, declared: { "answered-once": "not-promised" } }
    expect(judge(modest)).toMatchObject([{ agrees: true }])
  })

  it("does not take for kept what was hardly put to the test", () => {
    expect(judge({ design: {}, declared: { "answered-once": "holds" } }, 2)).toMatchObject([
      { observed: "unknown", agrees: false },
    ])
  })

  it("is the same in any number of processes", async () => {
    const load = new URL("../../demos/counter.ts", import.meta.url).pathname
    const told = await Promise.all(
      ["1", "2"].map((jobs) => askJson("matrix", "counter", "--load", load, "--runs", "40", "--jobs", jobs)),
    )
    expect(told[0]?.json).toMatchObject({ agrees: true, runs: 40 })
    expect(told[1]?.json).toEqual(told[0]?.json)
    expect(told.map(({ code }) => code)).toEqual([0, 0])
    for (const each of told[0]?.json.cells ?? []) {
      expect(Object.keys(each).slice(0, 8)).toEqual([
        "system",
        "design",
        "invariant",
        "declared",
        "observed",
        "runs",
        "exercised",
        "agrees",
      ])
    }
  })
})
