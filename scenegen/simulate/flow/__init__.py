"""Traffic on lane paths of any road: car following, lane changes, signals and right of way."""
