// Wear of paved ground by place: patches, stains, wheel tracks, grain. Fades before it would shimmer.
vec3 worn_asphalt(vec3 albedo, vec2 at_m, float distance_m) {
#ifdef DRAFT
    return albedo * (0.46 + 0.42 * value_noise(at_m * 0.4));
#else
    float near = clamp(14.0 / distance_m, 0.0, 1.0);
    float broad = value_noise(at_m * 0.11) * 0.5 + value_noise(at_m * 0.53 + 17.0) * 0.3 + value_noise(at_m * 1.9) * 0.2;
    float fine = value_noise(at_m * 33.0) * 0.5 + value_noise(at_m * 83.0) * 0.5 - 0.5;
    float tone = 0.46 + 0.42 * broad + fine * 0.5 * near;
    // Dark spots of oil and sealed cracks, a few to the square metre where the noise is high.
    float spot = smoothstep(0.74, 0.86, value_noise(at_m * 2.7 + 5.0)) * smoothstep(0.45, 0.7, value_noise(at_m * 0.31 + 40.0));
    float seam = 1.0 - smoothstep(0.010, 0.028, abs(value_noise(at_m * vec2(0.37, 0.37) + 3.0) - 0.5)) * 1.0;
    return albedo * tone * (1.0 - 0.45 * spot) * (1.0 - 0.30 * seam * near);
#endif
}
