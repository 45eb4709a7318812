import { frontEnd } from '@layers/contract/front-end';
import { serve } from '@layers/http/serve';
import { readPage, readPagePart } from './read-page.ts';

export const handler = serve('front-end', frontEnd, { readPage, readPagePart });
