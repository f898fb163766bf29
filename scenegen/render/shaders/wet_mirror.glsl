// What wet ground mirrors, at reduced size: a march through the depth picture, and the sky or the street's surroundings
// where it finds nothing. Alpha tells where there is wet ground.
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
        if (z > 0.0 && behind > 0.01 * far_m && behind < 0.45 * far_m + 0.3) {
            // Let what the picture's edge cuts off fade out.
            vec2 edge = min(seen, vec2(last) + 1.0 - seen) / vec2(last);
            return mix(surroundings, plain_light(pixel), smoothstep(0.0, 0.05, min(edge.x, edge.y)));
        }
        far_m *= 1.5;
    }
    vec3 view = world_from_cam * ray_cam;
    return ends_in_sky ? textureLod(sky_map, octahedral_uv(normalize(vec3(view.xy, max(view.z, 0.02)))), 0.0).rgb : surroundings;
}

void main() {
    ivec2 cell = ivec2(gl_FragCoord.xy);
    ivec2 pixel = min(cell * stride, textureSize(z_map, 0) - 1);
    float z = z_at(pixel);
    int material = int(texelFetch(albedo_map, pixel, 0).a * 255.0 + 0.5);
    vec3 normal_cam = normal_at(pixel);
    bool is_wet = z > 0.0 && finishes[material * 2 + 1].z > 0.0 && dot(normal_cam, up_cam) > 0.7;
    out_colour = vec4(0.0);
    // A loop that runs once at most: a software rasteriser jumps over it where nothing is wet.
    for (int k = 0; k < int(is_wet); k++) {
        vec3 cam_m = z * pixel_ray(vec2(pixel));
        vec3 place_m = world_from_cam * cam_m + eye_m;
        float puddle = wetness * puddle_share(place_m.xy);
        float turn = dither(vec2(cell)) * 6.2831853;
        float width = mix(0.03, 0.004, puddle) * sqrt(dither(vec2(cell.yx) + 17.0));
        vec3 across = vec3(1.0, 0.0, 0.0);
        vec3 along = normalize(cross(across, up_cam));
        vec3 normal = normalize(up_cam + (across * cos(turn) + along * sin(turn)) * width);
        vec3 ray = reflect(normalize(cam_m), normal);
        vec3 surroundings = reflected_light(world_from_cam * ray, mix(0.35, 0.05, puddle));
        out_colour = vec4(min(street_mirrored(cam_m, ray, dither(vec2(cell) + 5.0), surroundings), vec3(6.0)), 1.0);
    }
}
