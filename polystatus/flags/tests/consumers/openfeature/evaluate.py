"""flagd's evaluator in Python: reads a file with a set of flags and cases, and says what each case comes to.

In: {"set": …, "cases": [{"flag": …, "context": {…}}]}. Out: [[variant, reason] or [null, error code]].
"""

import json
import logging
import sys

from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import OpenFeatureError

logging.disable(logging.CRITICAL)
with open(sys.argv[1], encoding="utf-8") as file:
    asked = json.load(file)
core = FlagdCore()
core.set_flags(asked["set"])


def said(case):
    attributes = dict(case["context"])
    context = EvaluationContext(attributes.pop("targetingKey", None), attributes)
    try:
        details = core.resolve_string_value(case["flag"], "in the code", context)
    except OpenFeatureError as error:
        return [None, error.error_code.value]
    except Exception as error:
        return [None, f"fell: {error}"]
    return [details.variant, str(details.reason)]


json.dump([said(case) for case in asked["cases"]], sys.stdout)
