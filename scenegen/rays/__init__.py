"""Exact rays through a stage, without GL: scanners, and cameras that bend straight lines."""
