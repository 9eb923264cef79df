// Lesson 5. Four shards become eight. The article says: 75 % of the keys move by modulo, 25 % on a ring. Count them.
import { run } from "#run"
import { scenarios } from "#scenarios"
import { placement } from "#systems/ring"

const { modulo, movement, ring } = placement
const names = (many = 1) => Array.from({ length: many }, (_, nth) => `s${nth + 1}`)
const keys = Array.from({ length: 100_000 }, (_, nth) => `user${nth}`)
const rings = [1, 10, 100].map((vnodes) => (nodes: readonly string[]) => ring(nodes, { vnodes }))

console.log("of 100,000 keys  modulo         ring of 1      of 10          of 100 vnodes")
for (const [from, to] of ["34", "45", "46", "48", "89"].map((step) => Array.from(step, Number))) {
  const cells = [modulo, ...rings].map((place) => {
    const { moved, given } = movement(place(names(from)), place(names(to)), keys)
    return `${((moved * 100) / keys.length).toFixed(1)} % of ${given.size}`.padEnd(15)
  })
  console.log(`${from} to ${to} move from `.padEnd(17) + cells.join("").trimEnd())
}

const story = scenarios.find(({ name }) => name === "ring/four-to-eight")
const figures = story === undefined ? [] : run(story, story.story(1), { keep: "nothing" }).figures
for (const { name, value, unit } of figures) if (/moved|took/.test(name)) console.log(`live, ${name} ${value} ${unit}`)
