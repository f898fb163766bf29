// Colour of every surface pixel: sun, sky, lamps, mirrors, haze, then the camera's response.
uniform sampler2D albedo_map;
uniform usampler2D id_map;
uniform sampler2D open_map;             // ambient occlusion, smaller by `stride`
uniform int stride;
uniform mat3 world_from_cam;
uniform vec3 eye_m;                     // camera, counted from the stage's origin
uniform vec3 sun_light;                 // on a surface that faces it, exposed
uniform float wetness;
uniform vec3 emitted[8];                // by kind of lamp, exposed; 0 none
layout(std430, binding = 2) readonly buffer RowLamps { uint row_lamps[]; };
layout(std430, binding = 5) readonly buffer FinishTable { vec4 finishes[]; };  // roughness, metallic, coat, kind of lamp; ground, leaf, -, -
layout(location = 0) out vec4 out_colour;

// Which bits of the lamp state light each kind of emitter; windows and street lamps follow the stage.
const uint LAMP_BITS[8] = uint[8](0u, 1u, 2u, 4u, 24u, 24u, 0u, 0u);

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
        float weight = max(1e-3, 1.0 - abs(z_at(min(there * stride, textureSize(z_map, 0) - 1)) - z) / (0.05 * z));
        sum += weight * texelFetch(open_map, there, 0).r;
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
    float masking = 1.0 / ((nl * (1.0 - k) + k) * (nv * (1.0 - k) + k) * 4.0);
    float fresnel = f0 + (1.0 - f0) * pow(1.0 - vh, 5.0);
    return min(a2 / (spread * spread) * masking * fresnel * nl, 60.0);
}

float mirror_share(float f0, float roughness, float nv) {
    return f0 + (max(1.0 - roughness, f0) - f0) * pow(1.0 - nv, 5.0);
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float z = z_at(pixel);
    vec3 cam_m = z * pixel_ray(vec2(pixel));
    float distance_m = length(cam_m);
    vec3 view = world_from_cam * (cam_m / distance_m);
    vec3 normal_cam = normal_at(pixel);
    vec3 normal = world_from_cam * normal_cam;
    vec3 place_m = world_from_cam * cam_m + eye_m;

    vec4 coded = texelFetch(albedo_map, pixel, 0);
    vec3 albedo = coded.rgb * coded.rgb;
    int material = int(coded.a * 255.0 + 0.5);
    vec4 finish = finishes[material * 2];
    vec4 kind = finishes[material * 2 + 1];
    uint id = texelFetch(id_map, pixel, 0).r;
    float baked = float(id >> 25) / 127.0;
    float open = openness(pixel, z) * baked;
    float leaf = kind.y;

    // Paved ground: wear, then water that darkens it and makes it a mirror.
    albedo = kind.x > 0.5 ? worn_asphalt(albedo, place_m.xy, distance_m) : albedo;
    float puddle = wetness <= 0.0 ? 0.0 : wetness * kind.z * smoothstep(0.25, 0.75, value_noise(place_m.xy * 0.45) * 0.7 + wetness * 0.45);
    float damp = wetness * kind.z;
    albedo *= 1.0 - 0.55 * damp;
    float roughness = mix(finish.x, 0.10, puddle);
    float coat = max(finish.z, damp * 0.8);
    normal = normalize(mix(normal, vec3(0.0, 0.0, 1.0), puddle * step(0.9, normal.z)));

    float nl = dot(normal, towards_sun);
    float lit = sun_share(cam_m, nl < 0.0 ? -normal_cam : normal_cam, dither(vec2(pixel)));
    // Leaves let a third of the sun through; the crown's own depth is in the baked occlusion.
    float facing = max(nl, 0.0) * (1.0 - 0.35 * leaf) + leaf * (0.10 + 0.30 * max(-nl, 0.0));
    vec3 sun = sun_light * lit;
    vec3 half_way = normalize(towards_sun - view);
    float nv = max(-dot(normal, view), 1e-3);
    float nh = max(dot(normal, half_way), 0.0);
    float vh = max(dot(half_way, towards_sun), 0.0);

    // Matt part. Light that bounces in corners keeps the colour of the walls.
    vec3 bounce = 1.0 - (1.0 - open) * (1.0 - albedo * 0.6);
    vec3 diffuse = albedo * (1.0 - finish.y);
    vec3 arriving = ambient_light(normal) * bounce + sun * facing;
#ifdef LAMPS
    arriving += local_light(cam_m, normal_cam);
#endif
    vec3 colour = diffuse * arriving;

    // Shine of the surface itself, then of the coat over it.
    vec3 f0 = mix(vec3(0.04), albedo, finish.y);
    vec3 mirrored = reflect(view, normal);
    float hidden = mix(open, 1.0, 0.25) * (1.0 - 0.75 * leaf);
    vec3 shine = reflected_light(mirrored, roughness) * hidden;
    vec3 base_share = f0 + (max(vec3(1.0 - roughness), f0) - f0) * pow(1.0 - nv, 5.0);
    colour += shine * base_share * (1.0 - 0.5 * kind.z * (1.0 - damp));
    colour += sun * f0 / 0.04 * sun_glint(roughness, 0.04, max(nl, 0.0), nv, nh, vh) * (1.0 - 0.8 * leaf) * (1.0 - 0.65 * kind.z * (1.0 - damp));
    float coat_share = coat * mirror_share(0.045, 0.05, nv);
    float coat_rough = mix(0.03, 0.12, damp);
    colour = colour * (1.0 - coat_share) + reflected_light(mirrored, coat_rough) * hidden * coat_share;
    colour += sun * coat * sun_glint(0.16, 0.045, max(nl, 0.0), nv, nh, vh);

    // What glows by itself: lamps whose bit is set, windows where somebody is at home.
    uint glow = uint(finish.w + 0.5);
    uint bits = row_lamps[id & 65535u];
    float on = (bits & LAMP_BITS[glow]) != 0u || glow >= 6u ? 1.0 : 0.0;
    float home = step(0.62, hash2(floor(place_m.xy * 0.55) + floor(place_m.z * 0.4)));
    colour += emitted[glow] * (glow == 6u ? home * (0.4 + 0.6 * hash2(floor(place_m.xy * 0.55) + 9.0)) : on);

    out_colour = developed(through_haze(colour, view, distance_m));
}
