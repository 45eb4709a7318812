import { TestEnvironment } from 'jest-environment-node';

/** ONNX Runtime's native code makes arrays of Node's own realm and refuses those of the realm a test runs in. */
export default class ModelsEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, {
      Float32Array,
      Float64Array,
      Int32Array,
      BigInt64Array,
      Uint8Array,
      ArrayBuffer,
    });
  }
}
