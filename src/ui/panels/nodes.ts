/**
 * The nodes: who leads, who is down, what befell whom, and how far each log has come; below them the clients, and what they
 * wait for.
 */
import { paintCards } from "./cards.ts"
import { clusterOf, reigns } from "./cluster.ts"
import { framed, type Panel } from "./panel.ts"
import { paintRoster } from "./roster.ts"

export const nodes: Panel = (canvas, scene) => {
  const cluster = clusterOf(scene)
  const inside = framed(canvas, scene, "nodes", [reigns(cluster)])
  if (!paintCards(inside, cluster)) paintRoster(inside, cluster)
}
