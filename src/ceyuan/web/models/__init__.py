"""What the HTTP interface answers with: documented models, one module for each part of the site."""
