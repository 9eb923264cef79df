/** What is to be said of a node, whether it has a row or a card: how it is, what its office is, and how its log compares. */
import type { Scene } from "../scene.ts"
import type { Health, NodeView } from "../session/view.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { type Style, style, type Token } from "../terminal/theme.ts"
import { lasting } from "./figures.ts"

export interface Words {
  readonly words: string
  readonly style: Style
}

export const healthLooks: Readonly<Record<Health, { readonly glyph: string; readonly style: Token }>> = {
  up: { glyph: glyphs.alive, style: "ok" },
  paused: { glyph: glyphs.paused, style: "warn" },
  stopping: { glyph: glyphs.idle, style: "warn" },
  down: { glyph: glyphs.down, style: "bad" },
}

/** How far the nodes of a part have come on the whole. */
interface Progress {
  /** The latest reign that any of them counts itself to, in its system's word. */
  readonly term: string
  /** The last entry of the log that the others are measured by: that of the latest reign, or the longest. */
  readonly measure: number
}

/** The nodes of a scene. */
export interface Cluster {
  readonly scene: Scene
  readonly servers: readonly NodeView[]
  readonly clients: readonly NodeView[]
  /** By part. */
  readonly progress: ReadonlyMap<string, Progress>
  /** The last entry of the longest log there is. */
  readonly longest: number
}

const reign = (term: string): number => Number(/\d+/.exec(term)?.[0] ?? 0)

/** The reign that a node counts itself to. */
export const termOf = ({ picture }: NodeView): string => picture?.term ?? ""

const lastOf = ({ picture }: NodeView): number => picture?.log?.last ?? 0

const longestOf = (nodes: readonly NodeView[]): number => nodes.reduce((most, node) => Math.max(most, lastOf(node)), 0)

/** The one of the latest reign. */
const latest = (nodes: readonly NodeView[]): NodeView | undefined =>
  nodes.reduce<NodeView | undefined>(
    (best, node) => (best === undefined || reign(termOf(node)) > reign(termOf(best)) ? node : best),
    undefined,
  )

const progressOf = (nodes: readonly NodeView[]): Progress => {
  const chief = latest(nodes.filter(({ picture, health }) => picture?.chief === true && health !== "down"))
  const foremost = latest(nodes)
  return {
    term: foremost === undefined ? "" : termOf(foremost),
    measure: chief === undefined ? longestOf(nodes) : lastOf(chief),
  }
}

export const clusterOf = (scene: Scene): Cluster => {
  const { nodes } = scene.view
  const servers = nodes.filter(({ client }) => !client)
  const parts = Map.groupBy(servers, ({ part }) => part)
  return {
    scene,
    servers,
    clients: nodes.filter(({ client }) => client),
    progress: new Map([...parts].map(([part, members]) => [part, progressOf(members)])),
    longest: longestOf(servers),
  }
}

/** The latest reign of each part, in the order of the parts. */
export const reigns = ({ progress }: Cluster): string =>
  [...progress.values()]
    .map(({ term }) => term)
    .filter((term) => term !== "")
    .join(` ${glyphs.between} `)

/** The last entry that some other node has as well: what comes after it would be lost with this node. */
export const sharedWith = (node: NodeView, { servers }: Cluster): number =>
  longestOf(servers.filter(({ index, part }) => index !== node.index && part === node.part))

export const roleOf = ({ health, picture, role }: NodeView): Words => {
  if (health === "down") return { words: "DOWN", style: style("bad", "bold") }
  if (health !== "up") return { words: health, style: "warn" }
  return { words: picture?.role ?? role, style: picture?.chief === true ? "chief" : "dim" }
}

/** Whether others of its part are further than the reign that a node counts itself to. */
export const isStale = (node: NodeView, { progress }: Cluster): boolean =>
  reign(termOf(node)) < reign(progress.get(node.part)?.term ?? "")

/** Since when a node does no work; nothing of one that does. */
export const fateOf = ({ health, since }: NodeView, { scene }: Cluster): string =>
  health === "up" ? "" : `${health} ${lasting(scene.view.at - since)}`

/** Whether a hand that presses `x` would start it again. */
export const canRestart = ({ health, index }: NodeView, { scene }: Cluster): boolean =>
  health === "down" && scene.selected === index && !scene.view.calm

/** By how many entries a log is behind the one that the others are measured by, or beyond it. */
export const lagOf = (node: NodeView, { progress }: Cluster): Words => {
  const last = lastOf(node)
  const measure = progress.get(node.part)?.measure ?? 0
  if (last < measure) return { words: `−${measure - last}`, style: "warn" }
  if (last > measure) return { words: `+${last - measure}`, style: "bad" }
  return { words: "0", style: "dim" }
}
