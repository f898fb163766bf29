// Ambient occlusion from the depth image, at reduced size: how much of the upper half sphere is open, 0..1.
uniform int stride;
uniform int taps;
out vec2 out_open;  // share of the upper half sphere, and the depth it was found at

const float REACH_M = 0.9;
const float GOLDEN_ANGLE = 2.399963;

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy) * stride;
    float z = z_at(pixel);
    vec3 here = z * pixel_ray(vec2(pixel));
    vec3 normal = normal_at(pixel);
    ivec2 last = textureSize(z_map, 0) - 1;
    float reach_px = min(REACH_M * lens.x / max(z, 0.5), 0.075 * lens.x * 1.6);
    float turn = dither(gl_FragCoord.xy) * 6.2831853;
    float closed = 0.0;
    int wanted = z > 0.0 ? taps : 0;
    for (int i = 0; i < wanted; i++) {
        float radius = (float(i) + 0.5) / float(taps) * reach_px;
        vec2 offset = vec2(cos(turn), sin(turn)) * radius;
        turn += GOLDEN_ANGLE;
        ivec2 there = clamp(pixel + ivec2(offset), ivec2(0), last);
        vec3 between = z_at(there) * pixel_ray(vec2(there)) - here;
        float far2 = dot(between, between);
        closed += max(dot(normal, between) * inversesqrt(far2 + 1e-6) - 0.09, 0.0) * max(1.0 - far2 / (REACH_M * REACH_M), 0.0);
    }
    out_open = vec2(z == 0.0 ? 1.0 : clamp(1.0 - closed * 2.3 / float(taps), 0.0, 1.0), z);
}
