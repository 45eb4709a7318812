"""From fitted estimators to one ONNX graph: columns → features → estimator → calibrated answer."""

import numpy as np
import onnx
import onnxruntime
from onnx import compose, helper, numpy_helper, parser
from scores import PROBABILITY_MIN, Calibration

OPSETS = {"": 15, "ai.onnx.ml": 3}
IR_VERSION = 9
_HEADER = '<ir_version: 9, opset_import: ["": 15, "ai.onnx.ml": 3]>'

# The last lines of a graph whose `decision` [rows, 1], in double precision, are the log-odds of the second class.
LOG_ODDS = """opposite = Sub(decision, decision)
            logits = Concat<axis = 1>(opposite, decision)
            exact_probabilities = Softmax<axis = 1>(logits)
            probabilities = Cast<to = 1>(exact_probabilities)"""


def session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def parse(graph: str, constants: dict[str, np.ndarray] | None = None) -> onnx.ModelProto:
    """A model from ONNX's textual syntax; `constants` become initializers."""
    model = parser.parse_model(f"{_HEADER}\n{graph}")
    model.graph.initializer.extend(numpy_helper.from_array(v, k) for k, v in (constants or {}).items())
    return model


def run(model: onnx.ModelProto, x: np.ndarray) -> np.ndarray:
    """The first output for the rows of x."""
    return session(model).run(None, {model.graph.input[0].name: x})[0]


def calibration_tail(calibration: Calibration | None, classes: int) -> onnx.ModelProto:
    """Probabilities in, calibrated probabilities out."""
    shape = f"float[N,{classes}]"
    if calibration is None:
        return parse(f"tail ({shape} raw) => ({shape} probabilities) {{ probabilities = Identity(raw) }}")
    return parse(
        f"""tail ({shape} raw) => ({shape} probabilities) {{
            clipped = Max(raw, least)
            logs = Log(clipped)
            scaled = Mul(logs, slope)
            logits = Add(scaled, offsets)
            probabilities = Softmax<axis = 1>(logits)
        }}""",
        {
            "least": np.array(PROBABILITY_MIN, np.float32),
            "slope": np.array(calibration.slope, np.float32),
            "offsets": calibration.offsets.astype(np.float32),
        },
    )


def value_tail(scale: float, limits: tuple[float, float]) -> onnx.ModelProto:
    """The estimator's value times `scale`, within the target's limits."""
    return parse(
        """tail (float[N,1] raw) => (float[N,1] value) {
            scaled = Mul(raw, scale)
            value = Clip(scaled, lowest, highest)
        }""",
        {
            "scale": np.array(scale, np.float32),
            "lowest": np.array(limits[0], np.float32),
            "highest": np.array(limits[1], np.float32),
        },
    )


def _only_output(model: onnx.ModelProto, name: str) -> onnx.ModelProto:
    """Drops every output but one, and the nodes that only fed the others."""
    kept = [o for o in model.graph.output if o.name == name]
    del model.graph.output[:]
    model.graph.output.extend(kept)
    needed, nodes = {name}, []
    for node in reversed(model.graph.node):
        if needed & set(node.output):
            nodes.insert(0, node)
            needed |= set(node.input)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    initializers = [i for i in model.graph.initializer if i.name in needed]
    del model.graph.initializer[:]
    model.graph.initializer.extend(initializers)
    return model


def _aligned(model: onnx.ModelProto, prefix: str) -> onnx.ModelProto:
    """The same model with the versions all parts share and names that cannot clash."""
    aligned = compose.add_prefix(model, prefix)
    aligned.ir_version = IR_VERSION
    del aligned.opset_import[:]
    aligned.opset_import.extend(helper.make_opsetid(domain, version) for domain, version in OPSETS.items())
    return aligned


def chain(parts: list[onnx.ModelProto], outputs: list[str], metadata: dict[str, str]) -> onnx.ModelProto:
    """Joins models end to end, each part's named output feeding the next part's input."""
    joined = None
    for i, (part, output) in enumerate(zip(parts, outputs, strict=True)):
        part = _aligned(_only_output(part, output), f"{i}_")
        if joined is None:
            joined = part
            continue
        link = [(joined.graph.output[0].name, part.graph.input[0].name)]
        joined = compose.merge_models(joined, part, io_map=link)
    _rename(joined, joined.graph.input[0].name, "columns")
    _rename(joined, joined.graph.output[0].name, outputs[-1])
    joined.graph.name = metadata["name"]
    joined.producer_name, joined.producer_version = "tandem", metadata["version"]
    helper.set_model_props(joined, metadata)
    onnx.checker.check_model(joined, full_check=True)
    return joined


def _rename(model: onnx.ModelProto, old: str, new: str) -> None:
    for value in (*model.graph.input, *model.graph.output):
        value.name = new if value.name == old else value.name
    for node in model.graph.node:
        node.input[:] = [new if n == old else n for n in node.input]
        node.output[:] = [new if n == old else n for n in node.output]
