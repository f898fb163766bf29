// How much of the sun reaches a point: three cascades side by side in one map, four filtered taps of a 3x3 tent.
uniform sampler2DShadow shadow_map;
uniform vec4 cascade_lines[9];   // for each cascade light_from_cam: across -1..1, along 0..1
uniform vec4 cascade_texel_m;    // width of a texel of each; depth bias per metre of texel

vec2 across(int k, vec4 p) { return vec2(dot(cascade_lines[k * 3], p), dot(cascade_lines[k * 3 + 1], p)); }

float sun_share(vec3 cam_m, vec3 normal_cam, float slope) {
    // Take the finest cascade that holds the point with room for the taps.
    vec2 fine = abs(across(0, vec4(cam_m, 1.0)));
    vec2 middle = abs(across(1, vec4(cam_m, 1.0)));
    int k = max(fine.x, fine.y) < 0.97 ? 0 : max(middle.x, middle.y) < 0.97 ? 1 : 2;
    // Step off the surface by the width of the filter, more where light grazes it, so that it does not shade itself.
    vec4 p = vec4(cam_m + normal_cam * (cascade_texel_m[k] * (0.7 + 1.1 * slope)), 1.0);
    vec3 light = vec3(across(k, p), dot(cascade_lines[k * 3 + 2], p));
    float inside = step(max(abs(light.x), abs(light.y)), 0.995);
    vec2 uv = vec2((light.x * 0.5 + 0.5 + float(k)) / 3.0, light.y * 0.5 + 0.5);
    vec2 texel = vec2(1.0 / 3.0, 1.0) / float(textureSize(shadow_map, 0).y);
    float depth = light.z - cascade_texel_m[k] * cascade_texel_m.w;
#ifdef DRAFT
    float lit = texture(shadow_map, vec3(uv, depth));
#else
    float lit = 0.0;
    for (int i = 0; i < 4; i++)
        lit += 0.25 * texture(shadow_map, vec3(uv + (vec2(i & 1, i >> 1) - 0.5) * texel, depth));
#endif
    return mix(1.0, lit, inside);
}
