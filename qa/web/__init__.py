"""The web: the readers' chat, article pages, the JSON interface.

Only this package imports gradio and fastapi, and nothing here is imported before it is served.
The switches stand here because Gradio reads them when it is imported, wherever that happens first.
"""

import os

from qa.web.gradio_import import write_no_stubs

# Nothing leaves the machine: no usage statistics, no look-up of newer versions, no hub telemetry.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
# Gradio sums up the times of its last events with pandas after each of them, for a page that nobody
# can reach here; of one event that costs next to nothing.
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
write_no_stubs()
