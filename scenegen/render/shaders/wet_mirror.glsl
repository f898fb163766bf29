// What wet ground mirrors: a march through the depth picture, and the sky or the street's surroundings where it finds nothing.
uniform sampler2D sky_map;

const int MIRROR_STEPS = 13;

// Light that a surface pixel sends back when nothing shades it, without its shine.
vec3 plain_light(ivec2 pixel) {
    vec4 coded = texelFetch(albedo_map, pixel, 0);
    vec3 normal = world_from_cam * normal_at(pixel);
    vec3 light = ambient_light(normal) * 0.8 + sun_light * max(dot(normal, towards_sun), 0.0);
    uint glow = uint(finishes[int(coded.a * 255.0 + 0.5) * 2].w + 0.5);
    return coded.rgb * coded.rgb * light + emitted[glow] * lamp_share(glow, texelFetch(id_map, pixel, 0).r);
}

vec3 street_mirrored(vec3 cam_m, vec3 ray_cam, float noise, vec3 surroundings) {
    ivec2 last = textureSize(z_map, 0) - 1;
    float far_m = 0.3 * (1.0 + 0.5 * noise);
    bool ends_in_sky = false;
    for (int i = 0; i < MIRROR_STEPS; i++) {
        vec3 p = cam_m + ray_cam * far_m;
        vec2 seen = p.xy / max(p.z, 0.1) * lens.xy + lens.zw + 0.5;
        ivec2 pixel = ivec2(floor(seen));
        if (p.z < 0.1 || any(lessThan(pixel, ivec2(0))) || any(greaterThan(pixel, last))) break;
        float z = z_at(pixel);
        ends_in_sky = z == 0.0;
        float behind = p.z - z;
        if (z > 0.0 && behind > 0.01 * far_m && behind < 0.45 * far_m + 0.3) return plain_light(pixel);
        far_m *= 1.5;
    }
    vec3 view = world_from_cam * ray_cam;
    return ends_in_sky ? textureLod(sky_map, octahedral_uv(normalize(vec3(view.xy, max(view.z, 0.02)))), 0.0).rgb : surroundings;
}

// A film of water, deeper in puddles: it mirrors more the flatter it is seen, and trembles with the stones below it.
vec3 under_water(vec3 colour, vec3 cam_m, vec2 at_m, float distance_m, float damp, float hidden) {
    float puddle = damp * smoothstep(0.56, 0.70, value_noise(at_m * 0.37) * 0.7 + value_noise(at_m * 1.3) * 0.3);
    float noise = fract(dot(at_m, vec2(71.3, 113.7)));
    vec3 view = cam_m / distance_m;
    vec3 tremble = vec3(value_noise(at_m * 57.0) - 0.5, 0.0, value_noise(at_m * 57.0 + 31.0) - 0.5);
    vec3 normal = normalize(up_cam + tremble * mix(0.055, 0.008, puddle));
    float facing = max(-dot(normal, view), 1e-3);
    float share = damp * (0.02 + 0.98 * pow(1.0 - facing, 5.0)) * mix(0.5, 1.0, puddle);
    vec3 ray = reflect(view, normal);
    vec3 surroundings = reflected_light(world_from_cam * ray, mix(0.35, 0.05, puddle));
    return colour * (1.0 - 0.35 * puddle) * (1.0 - share) + street_mirrored(cam_m, ray, noise, surroundings) * hidden * share;
}
