"""Bulletins: texts about a centre in three languages, in which every figure is a reference that can be traced."""
