"""OpenDRIVE 1.4 to 1.8: read, check, evaluate and write road maps."""
