/** `npm run readme` writes those parts of the README anew that say what code says. */
import { readFileSync, writeFileSync } from "node:fs"
import { withCatalogue } from "./catalogue.ts"
import { withExample } from "./example.ts"

const path = new URL("../../README.md", import.meta.url)
writeFileSync(path, withExample(withCatalogue(readFileSync(path, "utf8"))))
