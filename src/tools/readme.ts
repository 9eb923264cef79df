/** `npm run readme` writes the README's catalogue anew. */
import { readFileSync, writeFileSync } from "node:fs"
import { withCatalogue } from "./catalogue.ts"

const path = new URL("../../README.md", import.meta.url)
writeFileSync(path, withCatalogue(readFileSync(path, "utf8")))
