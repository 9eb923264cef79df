import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { parseFaults } from "#run"
import { scenarios } from "#scenarios"
import { faultKinds } from "#world"
import { storm as counter } from "../demos/counter.ts"
import { withCatalogue } from "../src/tools/catalogue.ts"
import { withExample } from "../src/tools/example.ts"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))

test("the README's catalogue is what the catalogue says", () => {
  expect(withCatalogue(readme)).toBe(readme)
})

test("the README shows the example that the tests run, in under 80 lines", () => {
  expect(withExample(readme)).toBe(readme)
  const example = readFileSync(new URL("../demos/counter.ts", import.meta.url), "utf8")
  expect(example.trimEnd().split("\n").length).toBeLessThan(80)
})

test("every scenario that the README's commands name exists", () => {
  const named = [...readme.matchAll(/npx snowglobe (?:run|shake) (\S+)/g)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(0)
  expect([...scenarios, counter].map(({ name }) => name)).toEqual(expect.arrayContaining(named))
})

test("every npm script that the README names exists", () => {
  const named = [...readme.matchAll(/npm run (\w+)/g)].map(([, name]) => name)
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named))
})

test("the README names every kind of fault, and what it spells can be parsed", () => {
  const table = readme.slice(readme.indexOf("| network |"), readme.indexOf("## Replay"))
  const kinds = Object.keys(faultKinds).filter((kind) => kind !== "drop")
  expect(kinds.filter((kind) => !table.includes(`\`${kind}`))).toEqual([])
  const spelled = [...table.matchAll(/`(\w+:[^`]+@[^`]+)`/g)].map(([, fault]) => (fault ?? "").replace("\\|", "|"))
  expect(spelled.length).toBeGreaterThan(15)
  for (const fault of spelled) expect(parseFaults(fault), fault).toMatchObject({ _tag: "Success" })
})
