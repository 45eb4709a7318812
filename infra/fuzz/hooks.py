"""Read by Schemathesis for `npm run fuzz`."""

from urllib.parse import quote, urlencode

import schemathesis

# API Gateway refuses a request line and headers of more than 10,240 bytes together before our code is asked ("Quotas for
# configuring and running a REST API", API Gateway developer guide); the emulator's own server closes the connection at
# 16 kB, which is no answer that could be judged.
ADDRESS_BYTES_MAX = 8_192


@schemathesis.hook
def filter_case(context, case):
    """Leaves out calls whose address is longer than any that arrives."""
    named = quote("".join(map(str, case.path_parameters.values())), errors="replace")
    asked = urlencode(case.query, doseq=True, errors="replace")
    return len(named) + len(asked) <= ADDRESS_BYTES_MAX
