#!/usr/bin/env node
/**
 * The first thing that runs. It has no static imports, so that it can say in one line what Node it needs before
 * anything newer is loaded, be quiet when the reader of a pipe has seen enough, and end in 4 whatever of ours fails.
 */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`snowglobe: needs Node 22.19 or newer, this is ${process.versions.node}`)
  process.exitCode = 3
} else {
  process.env.NODE_ENV ??= "production"
  process.on("uncaughtException", (error) => {
    console.error("snowglobe: this is our defect:", error)
    process.exit(4)
  })
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit()
      throw error
    })
  }
  const { main } = await import("./main.ts")
  await main(process.argv.slice(2))
}

// Makes this file a module, which top-level await needs.
export {}
