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
  {
    name: 'queue of predictions',
    version: 1,
    image:
      '{"dataset":"iris","open":[{"deadlineAt":"2026-11-22T16:00:00.000Z","id":"iris-000000002","openedAt":"2026-11-22T16:00:00.000Z"}],"opened":2}',
  },
  {
    name: 'member',
    version: 1,
    image:
      '{"dataset":"iris","joinedAt":"2026-11-22T16:00:00.000Z","name":"my-centres","protocol":"committed","publicKey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","signedAtMs":1763827200000,"state":"joined","url":"http://127.0.0.1:5005"}',
  },
  {
    name: 'roster',
    version: 1,
    image:
      '{"applied":1,"dataset":"iris","members":{"iris-lda":{"bins":[[0,0,0],[0,0,0],[0,0,0],[0,0,0],[0,0,0],[0,0,0],[0,0,0],[0,0,0],[0,0,0],[0,0,0]],"brier":0.01,"correct":1,"logLoss":0.1,"outcomes":1,"task":"classification"}},"methods":{},"outcomes":1,"seats":[{"founder":true,"key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","name":"iris-lda","probation":0,"reputation":1}],"updatedAt":"2026-11-22T16:00:00.000Z"}',
  },
  {
    name: 'weights',
    version: 1,
    image:
      '{"at":"2026-11-22T16:00:00.000Z","dataset":"iris","members":[{"key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","loss":0.01,"name":"iris-lda","probation":0,"reputation":1,"weight":1}],"place":1,"predictionId":"iris-000000001","truth":"setosa"}',
  },
  {
    name: 'commits',
    version: 1,
    image:
      '{"at":"2026-11-22T16:00:00.000Z","dataset":"iris","members":[{"commitment":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","founder":true,"key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","name":"iris-lda","protocol":"committed","signature":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","stake":"100000000","status":"answered"}],"predictionId":"iris-000000001"}',
  },
  {
    name: 'reveals',
    version: 1,
    image:
      '{"at":"2026-11-22T16:00:00.000Z","dataset":"iris","disagreement":0,"members":[{"answer":{"label":"setosa","probabilities":{"setosa":1,"versicolor":0,"virginica":0}},"key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","latencyMs":1,"name":"iris-lda","salt":"AAAAAAAAAAAAAAAAAAAAAA","signature":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","status":"answered","weight":1}],"method":{"aggregator":"trimmed-mean","weighting":"stake-and-accuracy"},"prediction":{"label":"setosa","probabilities":{"setosa":1,"versicolor":0,"virginica":0}},"predictionId":"iris-000000001","quorum":{"answered":1,"members":1,"share":1}}',
  },
  {
    name: 'ledger entry',
    version: 1,
    image:
      '{"at":"2026-11-22T16:00:00.000Z","claim":{"body":{"amount":"100000000","publicKey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},"signature":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","signedAtMs":1763827200000,"signer":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},"evidence":[],"hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","kind":"deposit","postings":[{"account":"deposits","amount":"-100000000"},{"account":"settled/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","amount":"100000000"}],"previousHash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","seq":2}',
  },
  {
    name: 'ledger head',
    version: 1,
    image:
      '{"balances":{"deposits":"-100000000","stake/iris/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA":"100000000"},"credited":{"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA":"100000000"},"datasets":{"iris":{"members":{"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA":{"deposit":"100000000","state":"leaving","unlockRound":22}},"mismatched":["0"],"nextPlace":21,"rounds":1}},"hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","seq":4,"signed":{"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA":1763827200000}}',
  },
] as const;
