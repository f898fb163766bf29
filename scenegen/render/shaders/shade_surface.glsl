// What a surface pixel is made of: its material, its occlusion, its lamps, how it shines.
uniform sampler2D albedo_map;
uniform usampler2D id_map;
uniform sampler2D open_map;             // ambient occlusion and its depth, smaller by `stride`
uniform int stride;
uniform mat3 world_from_cam;
uniform vec3 eye_m;                     // camera, counted from the stage's origin
uniform vec3 sun_light;                 // on a surface that faces it, exposed
uniform float wetness;
uniform vec3 emitted[12];                // by kind of lamp, exposed; 0 none
layout(std430, binding = 2) readonly buffer RowLamps { uint row_lamps[]; };
layout(std430, binding = 5) readonly buffer FinishTable { vec4 finishes[]; };  // roughness, metallic, coat, kind of lamp; ground, leaf, -, -
layout(location = 0) out vec4 out_colour;

// Which bits of the lamp state light each kind of emitter; windows and street lamps follow the stage, signals are lit.
const uint LAMP_BITS[12] = uint[12](0u, 1u, 2u, 4u, 24u, 32u, 0u, 0u, 0u, 0u, 0u, 64u);

// Lamps whose bit is set are on; windows and street lamps follow the stage.
float lamp_share(uint glow, uint id) {
    return (row_lamps[id & 65535u] & LAMP_BITS[glow]) != 0u || (glow >= 6u && glow != 11u) ? 1.0 : 0.0;
}

// Occlusion of the nearest texels at half size that lie on the same surface.
float openness(ivec2 pixel, float z) {
#ifdef DRAFT
    return texelFetch(open_map, min(pixel / stride, textureSize(open_map, 0) - 1), 0).r;
#else
    ivec2 base = pixel / stride;
    ivec2 last = textureSize(open_map, 0) - 1;
    ivec2 toward = (pixel & 1) * 2 - 1;
    float sum = 0.0;
    float weights = 0.0;
    for (int k = 0; k < 4; k++) {
        ivec2 there = clamp(base + ivec2(k & 1, k >> 1) * toward, ivec2(0), last);
        vec2 open_there = texelFetch(open_map, there, 0).rg;
        float weight = max(1e-3, 1.0 - abs(open_there.g - z) / (0.05 * z));
        sum += weight * open_there.r;
        weights += weight;
    }
    return sum / weights;
#endif
}

// Trowbridge-Reitz (GGX) with Smith's masking and Schlick's Fresnel, times cos: Walter et al. 2007.
float sun_glint(float roughness, float f0, float nl, float nv, float nh, float vh) {
    float a = max(roughness * roughness, 0.02);
    float a2 = a * a;
    float spread = nh * nh * (a2 - 1.0) + 1.0;
    float k = a * 0.5;
    float away = 1.0 - vh;
    float masking = 1.0 / ((nl * (1.0 - k) + k) * (nv * (1.0 - k) + k) * 4.0);
    float fresnel = f0 + (1.0 - f0) * away * away * away * away * away;
    return min(a2 / (spread * spread) * masking * fresnel * nl, 60.0);
}
