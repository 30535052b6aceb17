"""A plugin that cannot be imported, as strangers' plugins sometimes cannot."""

import a_module_that_nobody_has_installed  # noqa: F401
