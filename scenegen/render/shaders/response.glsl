// The camera's response: exposed linear light to stored sRGB, steep in the shade and clipping in the sky (`tone.srgb_response`).
uniform vec4 curve;        // where it bends, how softly, its power, which greys are lost
uniform float saturation;  // 1 leaves colours as they are

vec3 camera_response(vec3 light) {
    // Roll off the bright end, then clip.
    vec3 x = max(light, vec3(0.0));
    vec3 bent = curve.x + curve.y * (1.0 - exp(-(x - curve.x) / curve.y));
    x = mix(x, bent, step(vec3(curve.x), x));
    vec3 stored = (pow(min(x * WHITE, vec3(1.0)), vec3(curve.z)) - curve.w) / (1.0 - curve.w);
    float grey = dot(stored, vec3(0.299, 0.587, 0.114));
    return clamp(mix(vec3(grey), stored, saturation), 0.0, 1.0);
}
