// Share of open ground's light below roofs and bridges (`cover.py`); where nothing covers, all of it.
uniform sampler2D cover_map;  // height of the cover's top over the stage's origin, share of the light below it
uniform vec3 cover_area;      // its corner, one over its side

float sky_share(vec3 at_m) {
    vec2 cover = textureLod(cover_map, (at_m.xy - cover_area.xy) * cover_area.z, 0.0).rg;
    return at_m.z < cover.r - 0.6 ? cover.g : 1.0;
}
