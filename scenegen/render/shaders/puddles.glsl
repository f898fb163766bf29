// Where water stands on paved ground, 0..1.
float puddle_share(vec2 at_m) {
    return smoothstep(0.50, 0.74, value_noise(at_m * 0.37) * 0.7 + value_noise(at_m * 1.3) * 0.3);
}
