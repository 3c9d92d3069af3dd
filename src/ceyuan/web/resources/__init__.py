"""Pure functions from a build to the models that the site shows; the HTTP interface and `publish` both use them."""
