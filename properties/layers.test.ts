/**
 * Layers look down: which door each layer may open, which packages it may use, and that no path leads around a door. Two
 * tables say so; a file in no layer, or an import that neither table allows, is named with its file.
 */
import { globSync, readFileSync } from "node:fs"
import { posix } from "node:path"
import { describe, expect, it } from "vitest"

type Layer = keyof typeof doors

/** The doors that each layer may open. */
const doors = {
  sim: [],
  world: ["#sim"],
  invariants: ["#sim"],
  "systems/system.ts": ["#world", "#invariants"],
  systems: ["#system", "#world", "#invariants"],
  run: ["#sim", "#world", "#invariants", "#system"],
  scenarios: ["#run", "#systems", "#world"],
  ui: ["#sim", "#world", "#invariants", "#system", "#systems", "#run", "#scenarios"],
  // It draws the seeds of its workers from the kernel's dice.
  cli: ["#sim", "#world", "#invariants", "#system", "#systems", "#run", "#scenarios", "#ui"],
  "index.ts": ["#sim", "#world", "#invariants", "#system", "#systems", "#run", "#scenarios"],
  bench: "anything",
  tools: "anything",
} as const satisfies Readonly<Record<string, readonly string[] | "anything">>

/** Which files may use a package, besides bench and tools; a type of it counts only where it says so. */
const packages: readonly { readonly name: RegExp; readonly in: RegExp; readonly types?: RegExp }[] = [
  { name: /^effect(\/|$)/, in: /./ },
  { name: /^fast-check$/, in: /^(run|systems\/[^/]+\/workload\.ts)/, types: /^systems\/system\.ts$/ },
  { name: /^@effect\/platform-node(\/|$)/, in: /^cli\// },
  { name: /^(ink|react)(\/|$)/, in: /^ui\// },
  // Comparing two values reaches nothing outside.
  { name: /^node:util$/, in: /^run\/(replay-line|token)\.ts$/ },
  { name: /^node:/, in: /^(cli\/|run\/(token|corpus)\.ts$)/ },
]

/** What a system may use of another, through that one's door. */
const peers: Readonly<Record<string, readonly string[]>> = {
  "systems/ring/": ["#systems/replication"],
  "systems/queue/": ["#systems/replication"],
  "systems/projection/": ["#systems/replication", "#systems/queue"],
  "systems/geodns/": ["#systems/replication"],
}

/** Doors of which a file may know the types. */
const typesOnly: Readonly<Record<string, readonly string[]>> = { "systems/system.ts": ["#sim"] }

interface Import {
  readonly from: string
  readonly typesOnly: boolean
}

const importsOf = (text: string): readonly Import[] => {
  const named = [...text.matchAll(/^(?:import|export)\b([^"'`;]*?)\bfrom\s+"([^"]+)"/gm)].map(
    ([, what = "", from = ""]) => {
      const each = /\{([^}]*)\}/
        .exec(what)?.[1]
        ?.split(",")
        .filter((name) => name.trim() !== "")
      const types = /^\s*type\b/.test(what) || each?.every((name) => /^\s*type\s/.test(name)) === true
      return { from, typesOnly: types }
    },
  )
  const bare = [...text.matchAll(/^import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/gm)].map(([, bare, dynamic]) => ({
    from: bare ?? dynamic ?? "",
    typesOnly: false,
  }))
  return [...named, ...bare]
}

const layerOf = (file: string): Layer | undefined => {
  const names = Object.keys(doors) as Layer[]
  return names.find((name) => name === file) ?? names.find((name) => name === file.split("/")[0])
}

/** The folder that a relative path may not leave: its layer, or its system. */
const homeOf = (file: string): string => {
  const [layer = "", system = "", ...rest] = file.split("/")
  return layer === "systems" && rest.length > 0 ? `systems/${system}/` : `${layer}/`
}

/** What is wrong with the imports of a file of `src`. */
const violations = (file: string, text: string): readonly string[] => {
  const layer = layerOf(file)
  if (layer === undefined) return [`${file} is in no layer`]
  const open: readonly string[] | "anything" = doors[layer]
  return importsOf(text).flatMap(({ from, typesOnly: types }) => {
    const refused = [`${file} imports ${from}`]
    if (from.startsWith(".")) {
      const path = posix.join(posix.dirname(file), from)
      return path.startsWith(homeOf(file)) && /\.tsx?$/.test(path) ? [] : refused
    }
    if (open === "anything") return []
    if (from.startsWith("#")) {
      const among = [...open, ...(peers[homeOf(file)] ?? [])]
      return among.includes(from) || (types && typesOnly[file]?.includes(from)) ? [] : refused
    }
    const rule = packages.find(({ name }) => name.test(from))
    return rule?.in.test(file) || (types && rule?.types?.test(file)) ? [] : refused
  })
}

const root = new URL("../src/", import.meta.url)
const files = globSync("**/*.{ts,tsx}", { cwd: root })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.includes("/") || file === "index.ts")
const textOf = (file: string): string => readFileSync(new URL(file, root), "utf8")

describe("the layers", () => {
  it("look down, through doors, and use only the packages that are theirs", () => {
    expect(files.length).toBeGreaterThan(60)
    expect(files.flatMap((file) => violations(file, textOf(file)))).toEqual([])
  })

  it("are read whole: an import is seen for each line that ends one", () => {
    for (const file of files) {
      const ends = textOf(file).match(/^(?:import|export|\})[^"'`]*\bfrom "|^import "|\bimport\("/gm) ?? []
      expect([file, importsOf(textOf(file)).length]).toEqual([file, ends.length])
    }
  })

  it.each([
    ["sim/dice.ts", 'import { World } from "#world"'],
    ["sim/dice.ts", 'import * as fc from "fast-check"'],
    ["world/world.ts", 'import {\n  run,\n} from "#run"'],
    ["world/world.ts", 'import "node:fs"'],
    ["invariants/history.ts", 'import type { Fault } from "#world"'],
    ["systems/system.ts", 'import { Kind } from "#sim"'],
    ["systems/system.ts", 'import { type Entry, Kind } from "#sim"'],
    ["systems/system.ts", 'import * as fc from "fast-check"'],
    ["systems/replication/replica.ts", 'import type { Entry } from "#sim"'],
    ["systems/replication/replica.ts", 'import type { Input } from "#run"'],
    ["systems/replication/replica.ts", 'import * as fc from "fast-check"'],
    ["systems/replication/replica.ts", 'import { ring } from "../ring/index.ts"'],
    ["systems/replication/replica.ts", 'import { systems } from "#systems"'],
    ["systems/replication/replica.ts", 'import { queue } from "#systems/queue"'],
    ["systems/replication/replica.ts", 'import type { System } from "../system.ts"'],
    ["run/run.ts", 'import { replication } from "#systems"'],
    ["run/run.ts", 'import { readFileSync } from "node:fs"'],
    ["run/run.ts", 'import { Trace } from "../sim/trace.ts"'],
    ["run/run.ts", 'export { Trace } from "../sim/trace.ts"'],
    ["run/run.ts", 'const late = await import("#cli")'],
    ["scenarios/index.ts", 'import { Kind } from "#sim"'],
    ["cli/main.ts", 'import { lodash } from "lodash"'],
    ["tools/readme.ts", 'import { run } from "../run/index.ts"'],
    ["helpers/text.ts", ""],
    ["sim/dice.ts", 'import { mix } from "./mix"'],
  ])("catch a planted violation in %s: %s", (file, text) => {
    expect(violations(file, text)).toHaveLength(1)
  })

  it.each([
    ["systems/system.ts", 'import type { Entry } from "#sim"'],
    ["systems/system.ts", 'import { type Arbitrary } from "fast-check"'],
    ["systems/replication/workload.ts", 'import * as fc from "fast-check"'],
    ["systems/replication/replica.ts", 'import { wal } from "./wal.ts"'],
    ["systems/queue/broker.ts", 'import { replica } from "#systems/replication"'],
    ["systems/index.ts", 'import { replication } from "./replication/index.ts"'],
    ["run/token.ts", 'import { readFileSync } from "node:fs"'],
    ["bench/workloads/ring.ts", 'import { claim } from "../measure.ts"'],
    ["sim/dice.ts", 'import * as Effect from "effect/Effect"'],
  ])("let through what is allowed in %s: %s", (file, text) => {
    expect(violations(file, text)).toEqual([])
  })
})
