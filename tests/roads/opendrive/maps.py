"""Maps for the tests: our own small files, and pieces of OpenDRIVE text to put a fault into."""

from __future__ import annotations

from pathlib import Path

from scenegen.roads.opendrive.reader import LoadedMap, parse_map, read_map
from scenegen.roads.opendrive.records import RoadMap

MAPS = Path(__file__).parent / "maps"
OWN = sorted(MAPS.glob("*.xodr"))
LANES = (
    '<center><lane id="0" type="none"/></center>'
    '<right><lane id="-1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></right>'
)
LINE = '<geometry s="0" x="0" y="0" hdg="0" length="50"><line/></geometry>'


def own(name: str) -> RoadMap:
    return read_map(MAPS / f"{name}.xodr").road_map


def document(
    plan: str = LINE, *, lanes: str = LANES, before: str = "", lateral: str = "", offsets: str = "", after: str = "",
    length: float = 50.0, root: str = "", rule: str = "RHT",
) -> bytes:  # fmt: skip
    """A map of one road, in lines whose numbers tests can count on: the road stands in line 3, its lanes in line 6."""
    return f"""<OpenDRIVE>
<header revMajor="1" revMinor="6"/>
<road id="7" length="{length}" junction="-1" rule="{rule}">{before}
<planView>{plan}</planView>
<lateralProfile>{lateral}</lateralProfile>
<lanes>{offsets}<laneSection s="0">{lanes}</laneSection></lanes>{after}
</road>{root}
</OpenDRIVE>""".encode()


def read(data: bytes) -> LoadedMap:
    return parse_map(data, name="test.xodr")


def warnings(data: bytes) -> list[str]:
    return [str(warning) for warning in read(data).warnings]
