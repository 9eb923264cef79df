import { defineConfig } from "vitest/config"

export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ["snowglobe-source"] } }, // the doors open on src, here and in worker threads
  test: {
    include: ["**/*.test.{ts,tsx}"],
    globalSetup: "build.ts",
    env: { TZ: "UTC" },
    maxWorkers: "100%",
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
