// Where snow lies: on what faces up under open sky, in patches when little has fallen, and not where wheels run.
uniform float snow_cover;      // share of open ground
uniform sampler2D lane_map;    // metres to the nearest middle of a lane
uniform vec3 lane_square;      // middle of the map from the stage's origin, and its side, metres

const vec3 SNOW_ALBEDO = vec3(0.80, 0.83, 0.87);
const float HALF_TRACK_M = 0.76;  // from the middle of a lane to where wheels run

// Share 0..1 that wheels have cleared: tracks that wander, with crumbs in them and slush at their sides.
float wheel_track(vec2 at_m) {
    vec2 uv = (at_m - lane_square.xy) / lane_square.z + 0.5;
    float off_m = textureLod(lane_map, uv, 0.0).r;
    float aside_m = abs(off_m - HALF_TRACK_M + 0.22 * (value_noise(at_m * 0.15) - 0.5));
    float crumbs = value_noise(at_m * 2.3) * 0.6 + value_noise(at_m * 9.0) * 0.4;
    float driven = 1.0 - smoothstep(0.10, 0.50, aside_m + 0.22 * (crumbs - 0.5));
    return max(driven * (0.75 + 0.25 * step(crumbs, 0.72)), 0.35 * crumbs * (1.0 - smoothstep(0.9, 1.9, off_m)));
}

// Fresh snow, trodden and dirtied where people and wheels go.
vec3 snow_albedo(vec2 at_m, float trodden, float open) {
    float rough = value_noise(at_m * 1.9) * 0.5 + value_noise(at_m * 7.0) * 0.3 + value_noise(at_m * 23.0) * 0.2;
    return SNOW_ALBEDO * (0.80 + 0.20 * open) * (1.0 - trodden * (0.10 + 0.42 * rough)) * (0.93 + 0.10 * rough);
}

// Share of a surface under snow: `up` the normal's z, `open` how much of the sky it sees, `leaf` 1 for foliage.
float snow_share(vec3 place_m, float up, float open, float leaf) {
    float lies = mix(smoothstep(0.30, 0.62, up), smoothstep(-0.3, 0.7, up) * 0.8, leaf);
    float patches = value_noise(place_m.xy * 0.9) * 0.55 + value_noise(place_m.xy * 4.1) * 0.45;
    float least = 1.15 - 1.3 * snow_cover;
    return lies * smoothstep(0.15, 0.5, open) * smoothstep(least - 0.15, least + 0.15, patches);
}
