/** The example of a system of one's own, as the README shows it: the file that the tests run, whole. */
import { readFileSync } from "node:fs"

const [begin, end] = ["<!-- counter -->", "<!-- /counter -->"]

/** The README with the example between its marks. */
export const withExample = (readme: string): string => {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The README has no ${begin} … ${end}.`)
  const code = readFileSync(new URL("../../demos/counter.ts", import.meta.url), "utf8").trimEnd()
  return `${readme.slice(0, from + begin.length)}\n\`\`\`ts\n${code}\n\`\`\`\n${readme.slice(to)}`
}
