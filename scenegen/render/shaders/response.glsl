// The camera: exposed linear light to stored sRGB, steep in the shade and clipping in the sky (`tone.srgb_response`).
uniform vec2 shoulder;  // where the curve bends, and how softly

vec3 camera_response(vec3 light) {
    // Roll off the bright end, then clip.
    vec3 x = max(light, vec3(0.0));
    vec3 bent = shoulder.x + shoulder.y * (1.0 - exp(-(x - shoulder.x) / shoulder.y));
    x = mix(x, bent, step(vec3(shoulder.x), x));
    vec3 stored = (pow(min(x * WHITE, vec3(1.0)), vec3(1.0 / GAMMA)) - BLACK) / (1.0 - BLACK);
    // Lose the darkest greys and gain a little colour, as KITTI's pictures do.
    float grey = dot(stored, vec3(0.299, 0.587, 0.114));
    return clamp(mix(vec3(grey), stored, SATURATION), 0.0, 1.0);
}

// Alpha carries luma for the edge filter.
vec4 developed(vec3 light) {
    vec3 stored = camera_response(light);
    return vec4(stored, dot(stored, vec3(0.299, 0.587, 0.114)));
}
