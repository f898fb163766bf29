// A film of water, deeper in puddles: it mirrors more the flatter it is seen.
uniform sampler2D mirror_map;  // smaller by `stride`; alpha is the share of wet ground

vec3 under_water(vec3 colour, vec3 cam_m, vec2 at_m, float distance_m, float damp, float hidden) {
    float puddle = damp * puddle_share(at_m);
    float facing = max(-dot(up_cam, cam_m / distance_m), 1e-3);
    float share = damp * (0.02 + 0.98 * pow(1.0 - facing, 5.0)) * mix(0.5, 1.0, puddle);
    vec2 at = (floor(gl_FragCoord.xy) / float(stride) + 0.5) / vec2(textureSize(mirror_map, 0));
    vec4 mirrored = textureLod(mirror_map, at, 0.0);
    return colour * (1.0 - 0.35 * puddle) * (1.0 - share) + mirrored.rgb / max(mirrored.a, 1e-3) * hidden * share;
}
