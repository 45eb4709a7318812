type Mirror = typeof import('@layers/domain/redundancy/mirror');
type Prober = typeof import('@layers/domain/redundancy/prober');
type Promotion = typeof import('@layers/domain/redundancy/promotion');
type Rebuild = typeof import('@layers/domain/redundancy/rebuild');
type Lost = typeof import('@layers/domain/redundancy/lost');
type Sweep = typeof import('@layers/domain/redundancy/sweep');
type Compare = typeof import('@layers/domain/redundancy/compare');
type Replicate = typeof import('@layers/domain/redundancy/replicate');

/** The protocol under test: the very code that runs in Lambda, or a copy of it with one rule broken. */
export type Protocol = Pick<Mirror, 'createContext' | 'openGroup'> &
  Pick<Prober, 'probe' | 'initialise'> &
  Pick<Promotion, 'promote'> &
  Pick<Rebuild, 'startRebuild'> &
  Pick<Lost, 'declareLost' | 'forceReadOnly'> &
  Pick<Sweep, 'sweep'> &
  Pick<Compare, 'compareFollower'> &
  Pick<Replicate, 'consume' | 'compareReplica' | 'backfill'>;

const files = ['mirror', 'prober', 'promotion', 'rebuild', 'lost', 'sweep', 'replicate', 'compare'];

/** From the folder that holds the domain's sources. */
export async function loadProtocol(domain: URL): Promise<Protocol> {
  const modules = await Promise.all(
    files.map((file) => import(new URL(`redundancy/${file}.ts`, domain).href) as Promise<Partial<Protocol>>),
  );
  return Object.assign({}, ...modules) as Protocol;
}

export const domainFolder = new URL('../../layers/domain/', import.meta.url);
