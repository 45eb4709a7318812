import { randomUUID } from 'node:crypto';
import { models } from '@layers/contract/models';
import { serve } from '@layers/http/serve';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { onnxPredictor } from '@layers/onnx-runtime/predictor';
import { answerFounders } from './answer-founders.ts';
import {
  infer,
  readModelReady,
  readServedModel,
  readServer,
  readServerLive,
  readServerReady,
} from './infer.ts';
import { predict } from './predict.ts';
import { listModels, readModel } from './read-models.ts';

const catalogue = readCatalogue(modelsFolder);
const predictor = onnxPredictor(modelsFolder);

export const handler = serve('models', models, {
  predict: predict(catalogue, predictor, randomUUID),
  listModels: listModels(catalogue),
  readModel: readModel(catalogue),
  readServer,
  readServerLive,
  readServerReady: readServerReady(catalogue),
  readServedModel: readServedModel(catalogue),
  readModelReady: readModelReady(catalogue, predictor),
  infer: infer(catalogue, predictor, randomUUID),
});

/** Called by the consensus alone: the deployment's own models as members. */
export const founders = answerFounders(catalogue, predictor, randomUUID);
