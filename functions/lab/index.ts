import { lab } from '@layers/contract/lab';
import { askNobody, type Identify } from '@layers/http/access';
import { askForToken } from '@layers/http/bearer-tokens';
import { serve } from '@layers/http/serve';
import { readEdgeSettings } from '@layers/stores/environment';
import { secretReader, secretsClient } from '@layers/stores/secrets';
import { forwardHandlers } from './forward.ts';

const edge = readEdgeSettings();

const identify: Identify =
  edge.tokens === undefined
    ? askNobody
    : askForToken({ ...edge.tokens, keys: secretReader(secretsClient(), edge.tokens.keysSecret) });

export const handler = serve('lab', lab, forwardHandlers(edge.labUrl), undefined, identify);
