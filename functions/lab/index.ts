import { lab } from '@layers/contract/lab';
import { askNobody, type Identify } from '@layers/http/access';
import { askForToken } from '@layers/http/bearer-tokens';
import { serve } from '@layers/http/serve';
import { readEdgeSettings } from '@layers/stores/environment';
import { openSecret } from '@layers/stores/open-secret';
import { forwardHandlers } from './forward.ts';

const edge = readEdgeSettings();

const identify: Identify =
  edge.tokens === undefined
    ? askNobody
    : askForToken({ ...edge.tokens, keys: openSecret(edge.tokens.keysSecret) });

export const handler = serve('lab', lab, forwardHandlers(edge.labUrl), undefined, identify);
