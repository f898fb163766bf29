"""Words that OpenDRIVE 1.4 to 1.8 lists for its attributes; any other word is read with a warning.

Source:
    The XML schemas of ASAM OpenDRIVE 1.4H, 1.6.1, 1.7.0 and 1.8.0.
"""

from __future__ import annotations

TRAFFIC_RULE = frozenset({"RHT", "LHT"})
LINK_ELEMENT = frozenset({"road", "junction"})
CONTACT = frozenset({"start", "end"})
ELEMENT_DIR = frozenset({"+", "-"})
ORIENTATION = frozenset({"+", "-", "none"})
SIDE = frozenset({"left", "right"})
CROSSFALL_SIDE = frozenset({"left", "right", "both"})
NEIGHBOUR_DIRECTION = frozenset({"same", "opposite"})
ROAD_TYPE = frozenset(
    {
        "unknown", "rural", "motorway", "town", "lowSpeed", "pedestrian", "bicycle", "townExpressway", "townCollector",
        "townArterial", "townPrivate", "townLocal", "townPlayStreet",
    }
)  # fmt: skip
SPEED_UNIT = frozenset({"m/s", "mph", "km/h"})
P_RANGE = frozenset({"arcLength", "normalized"})
LANE_TYPE = frozenset(
    {
        "none", "driving", "stop", "shoulder", "biking", "sidewalk", "walking", "border", "restricted", "parking", "curb",
        "bidirectional", "median", "special1", "special2", "special3", "roadWorks", "tram", "rail", "entry", "exit", "offRamp",
        "onRamp", "connectingRamp", "slipLane", "shared", "bus", "taxi", "HOV", "mwyEntry", "mwyExit",
    }
)  # fmt: skip
LANE_DIRECTION = frozenset({"standard", "reversed", "both"})
LANE_ADVISORY = frozenset({"none", "inner", "outer", "both"})
ACCESS_RULE = frozenset({"allow", "deny"})
MARK_TYPE = frozenset(
    {
        "none", "solid", "broken", "solid solid", "solid broken", "broken solid", "broken broken", "botts dots", "grass",
        "curb", "custom", "edge",
    }
)  # fmt: skip
MARK_COLOUR = frozenset({"standard", "blue", "green", "red", "white", "yellow", "black", "orange", "violet"})
MARK_WEIGHT = frozenset({"standard", "bold"})
MARK_RULE = frozenset({"no passing", "caution", "none"})
LANE_CHANGE = frozenset({"increase", "decrease", "both", "none"})
OBJECT_TYPE = frozenset(
    {
        "none", "obstacle", "car", "pole", "tree", "vegetation", "barrier", "building", "parkingSpace", "patch", "railing",
        "trafficIsland", "crosswalk", "streetLamp", "gantry", "soundBarrier", "van", "bus", "trailer", "bike", "motorbike",
        "tram", "train", "pedestrian", "wind", "roadMark", "roadSurface", "truck",
    }
)  # fmt: skip
FILL_TYPE = frozenset({"grass", "concrete", "cobble", "asphalt", "pavement", "gravel", "soil", "paint"})
BORDER_TYPE = frozenset({"concrete", "curb", "paint"})
OUTLINE_SIDE = frozenset({"left", "right", "front", "rear"})
TUNNEL_TYPE = frozenset({"standard", "underpass"})
BRIDGE_TYPE = frozenset({"concrete", "steel", "brick", "wood"})
PARKING_ACCESS = frozenset({"all", "car", "women", "handicapped", "bus", "truck", "electric", "residents"})
REFERENCE_ELEMENT = frozenset({"object", "signal"})
JUNCTION_TYPE = frozenset({"default", "virtual", "direct", "crossing"})
CONNECTION_TYPE = frozenset({"default", "virtual"})
JUNCTION_GROUP_TYPE = frozenset({"roundabout", "unknown", "complexJunction", "highwayInterchange"})
