/** One stored image of each type and schema version, as it was written. Add to it; never change what is here. */
export const storedBefore = [
  {
    name: 'product',
    version: 1,
    image:
      '{"category":"mugs","currency":"EUR","description":"Holds \\"tea\\".","id":"prod_AAAAAAAAAAAAAAAAAAAAAA","name":"Kännchen 茶","priceMinor":1250}',
  },
  { name: 'stock', version: 1, image: '{"productId":"prod_AAAAAAAAAAAAAAAAAAAAAA","units":50}' },
  {
    name: 'cart',
    version: 1,
    image: '{"lines":[{"productId":"prod_AAAAAAAAAAAAAAAAAAAAAA","quantity":2}],"userId":"u.1"}',
  },
  {
    name: 'order',
    version: 1,
    image:
      '{"createdAt":"2026-11-22T16:00:00.000Z","currency":"EUR","history":[{"at":"2026-11-22T16:00:00.000Z","status":"placed"}],"id":"ord_0vvvvvvvvAAAAAAAAAAAAAAAAAAAAAA","lines":[{"name":"Kännchen 茶","priceMinor":1250,"productId":"prod_AAAAAAAAAAAAAAAAAAAAAA","quantity":2}],"status":"placed","totalMinor":2500,"userId":"u.1"}',
  },
  {
    name: 'server',
    version: 1,
    image:
      '{"capacity":2,"expiresAt":"2026-11-22T16:00:00.000Z","generation":1,"heartbeatAt":"2026-11-22T16:00:00.000Z","id":"alpha","load":0,"publicKey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","registeredAt":"2026-11-22T16:00:00.000Z","signedAtMs":1763827200000,"state":"serving","url":"https://alpha.example/"}',
  },
  {
    name: 'prediction',
    version: 1,
    image:
      '{"dataset":"iris","deadlineAt":"2026-11-22T16:00:00.000Z","id":"p1","inputs":{"petalLength":1.4,"petalWidth":0.2},"openedAt":"2026-11-22T16:00:00.000Z"}',
  },
  {
    name: 'outcome',
    version: 1,
    image:
      '{"predictionId":"p1","reportedAt":"2026-11-22T16:00:00.000Z","signature":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","truth":"setosa"}',
  },
  {
    name: 'ledger entry',
    version: 1,
    image:
      '{"at":"2026-11-22T16:00:00.000Z","evidence":["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],"hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","kind":"deposit","postings":[{"account":"a","amount":"100000000"},{"account":"operator","amount":"-100000000"}],"seq":1}',
  },
  {
    name: 'ledger head',
    version: 1,
    image:
      '{"balances":{"a":"100000000","operator":"-100000000"},"hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","seq":1}',
  },
] as const;
