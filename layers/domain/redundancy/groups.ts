import type { Policy } from './control.ts';

export type Structure = 'rows' | 'documents';

/** When a replica is fed: by each change's message, or by a scheduled scan. */
export type ReplicationMode = 'on-change' | 'periodic';

export interface Replica {
  readonly store: string;
  readonly structure: Structure;
  /** Which records it takes. */
  readonly prefixes: readonly string[];
  readonly replicate: ReplicationMode;
}

/** The records that may meet in one transaction, and how they are kept twice. No transaction crosses groups. */
export interface Group {
  readonly name: string;
  readonly prefixes: readonly string[];
  /** The store that decides at first; the control row says which one does now. */
  readonly authority: string;
  readonly follower: { readonly store: string; readonly structure: Structure } | undefined;
  readonly policy: Policy;
  readonly replicas: readonly Replica[];
}

/** Names of the stores; adapters give each a table or a bucket. */
export const storeNames = {
  primary: 'dynamodb-primary',
  secondary: 'dynamodb-secondary',
  documents: 's3-documents',
  replicaDocuments: 's3-replica',
} as const;

const { primary, secondary, documents, replicaDocuments } = storeNames;
const jsonFollower = { store: documents, structure: 'documents' } as const;

const shop = {
  name: 'shop',
  prefixes: ['products/', 'stock/', 'carts/', 'orders/'],
  authority: primary,
  policy: 'available',
} as const;

/** Ways of keeping the shop: the one below, and one of which the follower can be promoted. */
const shopKept = {
  documents: {
    follower: jsonFollower,
    replicas: [
      { store: secondary, structure: 'rows', prefixes: ['products/', 'stock/'], replicate: 'on-change' },
      {
        store: replicaDocuments,
        structure: 'documents',
        prefixes: ['carts/', 'orders/'],
        replicate: 'on-change',
      },
    ],
  },
  dynamodb: {
    follower: { store: secondary, structure: 'rows' },
    replicas: [
      {
        store: replicaDocuments,
        structure: 'documents',
        prefixes: shop.prefixes,
        replicate: 'on-change',
      },
    ],
  },
} as const satisfies Readonly<Record<string, Pick<Group, 'follower' | 'replicas'>>>;

/** What a deployment may say of the shop: `-c shopFollower=dynamodb`. */
export type ShopFollower = keyof typeof shopKept;
export const shopFollowers = Object.keys(shopKept) as readonly ShopFollower[];

/** The whole configuration: another group or another way of keeping it is a row here and nothing else. */
export const groups: readonly Group[] = [
  { ...shop, ...shopKept.documents },
  {
    name: 'registry',
    prefixes: ['servers/'],
    authority: primary,
    follower: { store: secondary, structure: 'rows' },
    policy: 'available',
    replicas: [],
  },
  {
    name: 'ledger',
    prefixes: ['entries/', 'head/'],
    authority: primary,
    follower: jsonFollower,
    policy: 'strict',
    replicas: [],
  },
  {
    name: 'consensus',
    prefixes: ['members/', 'rounds/', 'commits/', 'reveals/', 'weights/'],
    authority: primary,
    follower: jsonFollower,
    policy: 'available',
    replicas: [],
  },
  {
    name: 'predictions',
    prefixes: ['predictions/', 'outcomes/'],
    authority: primary,
    follower: undefined,
    policy: 'available',
    replicas: [
      { store: secondary, structure: 'rows', prefixes: ['predictions/'], replicate: 'on-change' },
      { store: replicaDocuments, structure: 'documents', prefixes: ['outcomes/'], replicate: 'periodic' },
    ],
  },
];

/** The groups of a deployment, which chose between the ways of keeping the shop. */
export function groupsWith(shopFollower: ShopFollower): readonly Group[] {
  return groups.map((group) => (group.name === shop.name ? { ...group, ...shopKept[shopFollower] } : group));
}
