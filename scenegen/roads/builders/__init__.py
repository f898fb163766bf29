"""Road maps from a few numbers: intersections, country roads, motorways."""
