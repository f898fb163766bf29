// Wear of paved ground by place: patches, stains, wheel tracks, grain of the stones.
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
    float near = clamp(14.0 / distance_m, 0.0, 1.0);
    float broad = value_noise(at_m * 0.11) * 0.55 + value_noise(at_m * 0.53 + 17.0) * 0.45;
    float tone = 0.44 + 0.50 * broad;
    // Dark spots of oil and sealed cracks, a few to the square metre where the noise is high.
    float spot = smoothstep(0.74, 0.86, value_noise(at_m * 2.7 + 5.0)) * smoothstep(0.45, 0.7, value_noise(at_m * 0.31 + 40.0));
    float seam = 1.0 - smoothstep(0.008, 0.020, abs(value_noise(at_m * vec2(0.37, 0.37) + 3.0) - 0.5));
    vec3 worn = albedo * (tone * (1.0 - 0.45 * spot) * (1.0 - 0.30 * seam * near));
    return worn * (1.0 + 0.8 * stones(at_m, distance_m));
#endif
}
