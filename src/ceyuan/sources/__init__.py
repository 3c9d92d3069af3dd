"""Readers of foreign formats: each turns what others publish into points for clusters and records for a workspace.

Every reader accounts for all it reads (read = kept + quarantined), keeps each bad record with its message in a
quarantine file, works in bounded memory, and writes a manifest with vintage and hashes.
"""
