// The longest way that anything in a tile goes while the shutter is open, in px; then the longest of a tile's neighbours.
uniform sampler2D motion_map;
#ifdef TILES
uniform float open_ticks;  // exposure in ticks of the simulation
#endif
layout(location = 0) out vec4 out_way;

void main() {
    ivec2 last = textureSize(motion_map, 0) - 1;
    vec2 longest = vec2(0.0);
#ifdef TILES
    ivec2 corner = ivec2(gl_FragCoord.xy) * TILE;
    for (int y = 0; y < TILE; y++)
        for (int x = 0; x < TILE; x++) {
            vec4 flow = texelFetch(motion_map, min(corner + ivec2(x, y), last), 0);
            vec2 way = (flow.xy - flow.zw) * (0.5 * open_ticks);
            longest = dot(way, way) > dot(longest, longest) ? way : longest;
        }
    float far = length(longest);
    longest *= min(1.0, float(LONGEST) / max(far, 1e-6));
#else
    for (int k = 0; k < 9; k++) {
        vec2 way = texelFetch(motion_map, clamp(ivec2(gl_FragCoord.xy) + ivec2(k % 3 - 1, k / 3 - 1), ivec2(0), last), 0).xy;
        longest = dot(way, way) > dot(longest, longest) ? way : longest;
    }
#endif
    out_way = vec4(longest, 0.0, 0.0);
}
