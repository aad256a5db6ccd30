"""Binds MkDocs' events to the package, one line each."""

import gc

# A build ends before anything that could be collected would be missed: looking took 8 % of it, and a twentieth of what
# is imported here. A preview looks once for each time that it shows something new.
gc.disable()

from foljmed.site import (  # noqa: E402 - see above
    on_build_error,
    on_config,
    on_env,
    on_files,
    on_nav,
    on_page_content,
    on_page_context,
    on_page_markdown,
    on_post_build,
    on_serve,
    on_startup,
)

__all__ = [
    "on_build_error",
    "on_config",
    "on_env",
    "on_files",
    "on_nav",
    "on_page_content",
    "on_page_context",
    "on_page_markdown",
    "on_post_build",
    "on_serve",
    "on_startup",
]
