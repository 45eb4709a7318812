import { lab } from '@layers/contract/lab';
import { identifyBy } from '@layers/http/bearer-tokens';
import { serve } from '@layers/http/serve';
import { readEdgeSettings } from '@layers/stores/environment';
import { openSecret } from '@layers/stores/open-secret';
import { forwardHandlers } from './forward.ts';

const edge = readEdgeSettings();

const identify = identifyBy(edge.tokens, openSecret);

export const handler = serve('lab', lab, forwardHandlers(edge.labUrl), undefined, identify);
