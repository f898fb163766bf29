// Light from far away: sky as background, ambient light by normal, street and sky as mirrored, haze.
// Directions are in world axes. All light is scaled by the exposure before it comes here.
uniform sampler2DArray reflection_map;   // layers from mirror to matt
uniform vec3 ambient_sh[9];
uniform vec3 horizon[2];                 // haze: mean, and what is added towards the sun
uniform vec3 towards_sun;                // or the moon, when the sun is down
uniform vec2 glow_towards;               // azimuth of the sun, set or not
uniform float haze_per_m;                // 3.9 / visibility

vec2 octahedral_uv(vec3 d) { return encode_normal(d); }

vec3 ambient_light(vec3 n) {
    return ambient_sh[0] * 0.282095 + ambient_sh[1] * 0.488603 * n.y + ambient_sh[2] * 0.488603 * n.z
         + ambient_sh[3] * 0.488603 * n.x + ambient_sh[4] * 1.092548 * n.x * n.y + ambient_sh[5] * 1.092548 * n.y * n.z
         + ambient_sh[6] * 0.315392 * (3.0 * n.z * n.z - 1.0) + ambient_sh[7] * 1.092548 * n.x * n.z
         + ambient_sh[8] * 0.546274 * (n.x * n.x - n.y * n.y);
}

vec3 reflected_light(vec3 d, float roughness) {
    float level = clamp(roughness, 0.0, 1.0) * 4.0;
    float low = min(floor(level), 3.0);
    vec2 at = octahedral_uv(d);
#ifdef DRAFT
    return texture(reflection_map, vec3(at, floor(level + 0.5))).rgb;
#endif
    return mix(texture(reflection_map, vec3(at, low)).rgb, texture(reflection_map, vec3(at, low + 1.0)).rgb, level - low);
}

// Light of lamps in the mist before this pixel.
#ifdef HALO
uniform sampler2D halo_map;
vec3 halo_light() { return textureLod(halo_map, gl_FragCoord.xy / vec2(textureSize(z_map, 0)), 0.0).rgb; }
#else
vec3 halo_light() { return vec3(0.0); }
#endif

// Koschmieder: contrast falls as exp(-3.9 d / visibility) towards the colour of the horizon in that direction.
vec3 haze_colour(vec3 view) {
    vec2 flat_view = normalize(view.xy + vec2(1e-6, 0.0));
    return max(horizon[0] + horizon[1] * dot(flat_view, glow_towards), vec3(0.0));
}

vec3 through_haze(vec3 colour, vec3 view, float distance_m) {
    return mix(haze_colour(view), colour, exp(-haze_per_m * distance_m));
}
