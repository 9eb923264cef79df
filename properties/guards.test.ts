/**
 * What keeps the ground firm: the runtime is the one that was installed, packages run no script that nobody allowed, their
 * versions are exact, tests read the sources and not a stale build, and the linters see what they are there to see.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), "utf8"))

interface Package {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>> & { readonly node: string }
  readonly allowScripts: Readonly<Record<string, boolean>>
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly hasInstallScript?: boolean }>>
}
const own = read("package.json") as Package
const lock = read("package-lock.json") as Lock
const wanted = { ...own.dependencies, ...own.devDependencies }

describe("the ground", () => {
  it("lets no package run a script at installation of which package.json does not say whether it may", () => {
    const scripted = Object.entries(lock.packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length))
    expect(scripted).toContain("node")
    expect(scripted.filter((name) => own.allowScripts[name] === undefined)).toEqual([])
  })

  it("is the runtime that was installed", () => {
    expect(process.versions.node).toBe(own.devDependencies.node)
  })

  it("has exact versions, and has them installed", () => {
    expect(Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
    for (const [name, version] of Object.entries(wanted)) {
      expect([name, lock.packages[`node_modules/${name}`]?.version]).toEqual([name, version])
      expect(read(`node_modules/${name}/package.json`)).toMatchObject({ name, version })
    }
  })

  it("opens the doors on the sources", () => {
    const { resolve } = import.meta
    for (const door of ["sim", "world", "invariants", "systems", "run", "scenarios"]) {
      expect(resolve(`#${door}`)).toMatch(new RegExp(`/src/${door}/index\\.ts$`))
    }
    expect(resolve("#system")).toMatch(/\/src\/systems\/system\.ts$/)
  })
})

describe("the linters", () => {
  const folder = mkdtempSync(join(tmpdir(), "snowglobe-guards-"))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, "src/systems/planted"), { recursive: true })
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }))

  /** What a tool says and how it ends. */
  const said = (tool: string, ...args: readonly string[]): { readonly status: number; readonly text: string } => {
    const options = { cwd: folder, encoding: "utf8", stdio: "pipe" } as const
    try {
      return { status: 0, text: execFileSync(join(root, "node_modules/.bin", tool), args, options) }
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string }
      return { status, text: stdout + stderr }
    }
  }
  const plant = (file: string, text: string) => writeFileSync(join(folder, "src/systems/planted", file), text)
  plant("harmless.ts", "export const now = (): number => 0\n")

  it("Biome sees a node that reaches for the real world, and nothing where there is nothing", () => {
    writeFileSync(join(folder, ".biome.json"), JSON.stringify({ ...(read(".biome.json") as object), vcs: {} }))
    expect(said("biome", "check", "src/systems/planted/harmless.ts")).toMatchObject({ status: 0 })
    plant("roles.ts", "export const now = (): number => performance.now()\n")
    const { status, text } = said("biome", "check", "src")
    expect(text).toContain("noRestrictedGlobals")
    expect(text).not.toContain("harmless")
    expect(status).not.toBe(0)
  })

  it("the Effect diagnostics see a node that reads the real clock, and nothing where there is nothing", () => {
    const { compilerOptions } = read("tsconfig.json") as { readonly compilerOptions: object }
    const config = { compilerOptions: { ...compilerOptions, types: [] }, include: ["src"] }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config))
    plant("roles.ts", "export const now = (): number => Date.now()\n")
    const { status, text } = said("effect-tsgo", "diagnostics", "--project", "tsconfig.json", "--format", "text")
    expect(text).toContain("globalDate")
    expect(text).not.toContain("harmless")
    expect(status).not.toBe(0)
  })
})
