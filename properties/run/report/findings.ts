/** Findings to report on: the smallest counterexample known of each unsound design, stories that break, and storms. */
import * as fc from "fast-check"
import { applyDesign, decodeToken, type Finding, firstViolated, inPart, type RunResult, run, type Scenario } from "#run"
import { scenarios } from "#scenarios"

const smallest = {
  "ack=local":
    "sg1.i1aKSC0qdDPIKUpyc1WCG4wSMqBQMSlWMDYzA8VWfl5-SjkoVHAHANgKeBoxdjA2MTXUNjE2RsR9NbboNcQSkzpKOSDzjcwNdJRScyARqmRlZGqANUGnGWZbZiYrxQIA6YLF",
  "ack=memory":
    "sg1.i1aKSC0qdDM2Ka7K8VWCG4wSMqBQMSlWMDYzA8VWfl5-SjkoVHAHANgKeBoxdjA2MTXUNjE2RsR9NbboNcQSkzpKOSDzjcwNdJRScyARqmRlZGqASNDwFG6go5RmmG2ZmawUCwABFXs",
  "apply=on-arrival": "sg1.i1ZyBIGUSJ8It1AluMEoIWMEChkjAwMlHSUwikYyABK7FgYG2qZgBYi4NAClOEh8KOXn6SYWFWWWgRJeLAAFZU7",
  "backlog=unbounded":
    "sg1.5ZRLi8JAEIT_yjDnCJnujGb26COJz7DgW0SiCSNxVFSiycL-dxmFgKKHeJXuW0MVVDXfjDZ6cnFoZU4_lTQXfkhGp3JL5PWAjUDQZowA4wQRkYAtTAIgyoQJ5ASEfcuy47qj7jr2mum55oxLPOm0-W6SxvLiZ8djKRh4vuOEQeC21a8VY2MqTQ9aUU9t_UuTwflPZLy_qp2qw2RbkV5dd8NIsc1bhLf9mR9k-q2Ht_-HhaWwsMcnh7lBXyPnCTR3plg5U5gFwqBKS5oGjdSdLfQHBNdmy2C1UXvtl-w0DsMopP_zKwduVE",
  "promote=latest":
    "sg1.i1YqzSt18k0J88pxdFWCG4wSMqBQAYWIko5SvoVFZk4SKExwex9sATyFGDsYmVlomxsbIiK8GlvcGmKJRh2lHJDxBjpKqTmQuFSyMjIF-wwj8YMTdJpZSmJRmlIsAAXsTz",
  "read=any":
    "sg1.i1Yy9Mou9DD1cCwoyVeCG4wSMqBQAYWIko5SfoZBFSjKUH0PcpxufnmeLqpFKF6J1VFCJIFqbLFriBmRhjpKOSAbDHSUUnMgsalkZWQK9htSWq-NBQAaeNC",
  "read=cookie":
    "sg1.i1YKqwgpdnWJrApyLlaCG4wSMqBQAYeIAThEIjN83Z38ktNAIYMeDiBn6uaX5-miWonHU4RUIzvW3MxS29DYTAeSz_KMHQwNTI21TU2MEImpGlu6McRMIoamFjpKOSBXGOgopeZAUoqSlYkh2H3QfJScn5-dmQrLK9mppmlORUVmSrEAV5i1",
  "read=primary":
    "sg1.i1YKqwgpdnWxNDAJ8lWCG4wSMqBQAYeIAThEKkJTPbxdAoJBIYMeDiBn6uaX5-miWonHU4RUIzvW3MhI29DYDJF0qrGlEkPMBGFobKmjlAOy00BHKTUHki6UrIwtwa6B5pqCoszcRHBWMdBRSjPNr0rLUooFAA_BW5",
  "read=sticky":
    "sg1.i1Yy9Mou9KgKK3MtylaCG4wSMqBQAYWIko5SfoZBFSjKUH0PcpxufnmeLqpFKF6J1VFCJIFqbLFriBmRhjpKOSAbDHSUUnMgsalkZWQK9hs0rReXZCZnVyrVxgIA3r-t",
  "recover=trust-length":
    "sg1.i1YyygrKLC7OrAoszlaCG4wSMqBQAYWIko5SvlFxsgUoYFC9D3Kdbn55ni6qTSh-Qdhq7GBibKJtaKCDyIB5xg6mBtrGFobYk4MxtohHim8dpRyQOwx0lFJzIJGuZGVkCg6CotTk_LLUIiUrpZKi0uIS3ZzUvPSSDFj6zwkxSw-PiChQigUAHCih",
  "rejoin=resume":
    "sg1.i1YycMlyS873s3Q0MVCCG4wSMqBQMSlWMLEARV6-cUaaqSkoVFACAOQ-3fzyPF1Uu1B8E6ujBMt6Wg7mpubahkbmOOLfGFtMI0WwjlIOyFojc1MdpdQcSDwrWRmZmoB8XZSalZ-ZB3ZUcWluKiStpxmVlaYaK8UCAASwqx",
} as const

export type Unsound = keyof typeof smallest

export const unsound = Object.keys(smallest) as Unsound[]

export const scenarioOf = (name: string): Scenario => {
  const found = scenarios.find((each) => each.name === name)
  if (found === undefined) throw new Error(`There is no scenario ${name}.`)
  return found
}

/** The finding that a violated run is, about the promise that broke first. */
export const findingOf = (result: RunResult): Finding => {
  const broken = firstViolated(result)
  if (broken === undefined) throw new Error(`A run of ${result.scenario.name} violates nothing.`)
  const { scenario, input } = result
  return { scenario, input, result, invariant: inPart(broken.part, broken.name) }
}

/** The smallest counterexample known; if it breaks nothing any more, shake the design for another. */
export const smallestOf = (design: Unsound): Finding => {
  const decoded = decodeToken(smallest[design], scenarios)
  if (decoded._tag === "Failure") throw new Error(decoded.failure)
  const { input } = decoded.success
  return findingOf(run(scenarioOf(input.scenario), input))
}

/** The first so many storms that break a design, as they were drawn. */
export const stormsOf = (design: Unsound, many: number, seed: number): readonly Finding[] => {
  const scenario = scenarioOf("replication/storm")
  const found: Finding[] = []
  const [choice = "", value = ""] = design.split("=")
  for (const drawn of fc.sample(scenario.inputs, { seed, numRuns: 60 })) {
    const applied = applyDesign(scenario, drawn, { [choice]: value })
    if (applied._tag === "bad") throw new Error(applied.line)
    const result = run(scenario, applied.input)
    if (result.verdict === "violated") found.push(findingOf(result))
    if (found.length >= many) break
  }
  return found
}
