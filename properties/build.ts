import { execFileSync } from "node:child_process"

/** The command-line properties run the built binary: build it first, so that nobody tests a stale one. */
export const setup = () =>
  execFileSync(process.execPath, ["--run", "build"], { cwd: new URL("..", import.meta.url), stdio: "inherit" })
