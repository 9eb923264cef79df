/** What a sharded store would be without shards, networks and failures: a map. */
export type Model = ReadonlyMap<string, string>

export const wrote = (model: Model, key: string, text: string): Model => new Map(model).set(key, text)

export const read = (model: Model, key: string): string | null => model.get(key) ?? null
