/** The README's part on systems and scenarios, made from the catalogue itself. */
import { scenarios } from "#scenarios"
import { systems } from "#systems"

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ")

/** Markdown between the README's `catalogue` marks. */
export const catalogue = (): string => {
  const lines: string[] = []
  for (const system of systems) {
    lines.push(`### ${system.name}`, "", system.sentence, "", "| it promises | |", "|---|---|")
    for (const { name, sentence } of system.invariants) lines.push(`| \`${name}\` | ${sentence} |`)
    lines.push("", "| choice | value | what it does | breaks |", "|---|---|---|---|")
    for (const [choice, { default: usual, values }] of Object.entries(system.designs)) {
      for (const [value, { sentence, breaks }] of Object.entries(values)) {
        const name = value === usual ? `**${value}**` : value
        lines.push(`| ${value === usual ? `\`${choice}\`` : ""} | ${name} | ${sentence} | ${list(breaks)} |`)
      }
    }
    lines.push("")
  }
  lines.push("### Scenarios", "", "| scenario | what goes wrong | its promise |", "|---|---|---|")
  for (const { name, summary, expects, about } of scenarios) {
    const some = about.length > 3 ? "all of them" : list(about)
    lines.push(`| \`${name}\` | ${summary} | ${expects === "holds" ? "holds" : "breaks"}: ${some} |`)
  }
  return lines.join("\n")
}

const marks = ["<!-- catalogue -->", "<!-- /catalogue -->"] as const

/** A README with its catalogue made anew. */
export const withCatalogue = (readme: string): string => {
  const [start, end] = marks.map((mark) => readme.indexOf(mark)) as [number, number]
  if (start < 0 || end < start) throw new Error(`The README lacks the marks ${marks.join(" and ")}.`)
  return `${readme.slice(0, start + marks[0].length)}\n${catalogue()}\n${readme.slice(end)}`
}
