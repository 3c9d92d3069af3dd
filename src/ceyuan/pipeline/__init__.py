"""The pipeline: runs the whole flow over a workspace, keeps its builds, and reads them back."""
