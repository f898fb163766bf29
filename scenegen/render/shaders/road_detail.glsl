// Wear of paved ground by place: tone, hair cracks, grain of the stones; repairs and stains are sheets of the road's mesh.
#ifndef DRAFT
// Three numbers 0..1 for a cell of the plane, by integers: sums of sines repeat when cells are skipped.
vec3 cell_noise(ivec2 cell) {
    uint h = uint(cell.x) * 1597334677u ^ uint(cell.y) * 3812015801u;
    h = (h ^ (h >> 15)) * 2246822519u;
    h ^= h >> 13;
    return vec3(h & 1023u, (h >> 10) & 1023u, (h >> 20) & 1023u) / 1023.0;
}

// Grain as wide as a pixel or a stone, whichever is wider, weaker the more stones a pixel holds.
vec3 stones(vec2 at_m, float distance_m) {
    float width_m = max(0.007, distance_m / lens.x);
    float cell_m = 0.007 * exp2(floor(log2(width_m / 0.007) + 0.5));
    vec3 noise = cell_noise(ivec2(floor(at_m / cell_m))) - 0.5;
    return (noise.xxx * 0.85 + noise * 0.15) * inversesqrt(1.0 + 0.25 * cell_m / 0.007);
}
#endif

vec3 worn_asphalt(vec3 albedo, vec2 at_m, float distance_m) {
#ifdef DRAFT
    return albedo * (0.50 + 0.40 * value_noise(at_m * 0.4));
#else
    float near = clamp(16.0 / distance_m, 0.0, 1.0);
    // Each load of asphalt has its tone; laid by the metre, mottled by the decimetre.
    float broad = value_noise(at_m * 0.07) * 0.4 + value_noise(at_m * 0.53 + 17.0) * 0.35 + value_noise(at_m * 2.3 + 5.0) * 0.25;
    float tone = 0.60 + 0.50 * broad;
    // Hair cracks: ridges of bent noise, in tired places only.
    vec2 bent = at_m * 0.9 + 0.7 * broad;
    float ridge = abs(value_noise(bent * 1.7 + 3.0) + 0.5 * value_noise(bent * 4.3) - 0.75);
    float tired = smoothstep(0.52, 0.75, value_noise(at_m * 0.13 + 40.0));
    float crack = (1.0 - smoothstep(0.006, 0.022, ridge)) * tired * near;
    return albedo * (tone * (1.0 - 0.55 * crack)) * (1.0 + 0.8 * stones(at_m, distance_m));
#endif
}

// Meadows grow unevenly: dry and lush by the ten metres, tufts by the metre, blades close by.
vec3 uneven_turf(vec3 albedo, vec2 at_m, float distance_m) {
#ifdef DRAFT
    return albedo * (0.7 + 0.5 * value_noise(at_m * 0.1));
#else
    float lush = value_noise(at_m * 0.045) * 0.45 + value_noise(at_m * 0.31 + 9.0) * 0.33 + value_noise(at_m * 1.9 + 3.0) * 0.22;
    float dry = smoothstep(0.40, 0.72, value_noise(at_m * 0.09 + 31.0) * 0.7 + value_noise(at_m * 0.8) * 0.3);
    vec3 tone = mix(vec3(1.0), vec3(1.45, 1.14, 0.80), 0.8 * dry) * (0.50 + 0.85 * lush);
    return albedo * tone * (1.0 + 0.9 * stones(at_m, distance_m));
#endif
}
