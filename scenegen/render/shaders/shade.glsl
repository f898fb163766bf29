// Colour of every surface pixel: sun, sky, lamps, mirrors, haze, then the camera's response.
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
    float leaf = kind.y;
    // A crown lets light in from all sides: its leaves are never as dark as a corner of walls.
    float open = mix(openness(pixel, z) * baked, 1.0, leaf * 0.35);

#ifdef COVERED
    float sky = sky_share(place_m + normal * 0.7);
#else
    const float sky = 1.0;
#endif

    // Paved ground: wear, then water that darkens it and makes it a mirror.
    for (int k = 0; k < int(kind.x > 0.5); k++) albedo = worn_asphalt(albedo, place_m.xy, distance_m);
    for (int k = 0; k < int(kind.x > 0.2 && kind.x < 0.3); k++) albedo = uneven_turf(albedo, place_m.xy, distance_m);
    float damp = wetness * kind.z;
    albedo *= 1.0 - 0.5 * damp;
    float roughness = finish.x;
    float coat = finish.z;
#ifndef DRAFT
    // Vehicles: dirt and panel gaps on paint, dirt on the rest.
    Vehicle vehicle;
    vehicle.first = 0u;
    for (int k = 0; k < int(kind.w > 0.5); k++) vehicle = vehicle_at(id, cam_m, normal_cam);
    for (int k = 0; k < int(vehicle.first != 0u && kind.w != 2.0); k++) {
        if (kind.w < 1.5) albedo *= seam_light(vehicle, distance_m / lens.x);
        float dirt = dirt_share(vehicle);
        albedo = mix(albedo, DIRT, dirt);
        coat *= 1.0 - dirt;
        roughness = mix(roughness, 0.9, dirt);
    }
#endif
    float bare = 1.0;  // share that no snow covers
#ifdef SNOW
    // Who walks shakes it off, who drives with lit lamps has lost most of it.
    bool is_driving = (row_lamps[id & 65535u] & 2u) != 0u;
    float white = snow_share(place_m, normal.z, open, leaf) * (1.0 - float((id >> 24) & 1u)) * (is_driving ? 0.25 : 1.0);
    float trodden = step(0.3, kind.z);
    for (int k = 0; k < int(kind.z > 0.3); k++) white *= 1.0 - 0.93 * wheel_track(place_m.xy);
    for (int k = 0; k < int(white > 0.0); k++) albedo = mix(albedo * 0.8, snow_albedo(place_m.xy, trodden, open), white);
    finish.y *= 1.0 - white;
    coat *= 1.0 - white;
    roughness = mix(roughness, 0.9, white);
    damp *= 1.0 - white;
    leaf *= 1.0 - white;
    bare = 1.0 - white;
#endif

    float nl = dot(normal, towards_sun);
#ifdef SUNLESS
    float lit = 0.0;
#else
    float lit = sun_share(cam_m, nl < 0.0 ? -normal_cam : normal_cam, 1.0 - abs(nl));
#endif
    // Leaves let a third of the sun through; the crown's own depth is in the baked occlusion.
    float facing = max(nl, 0.0) * (1.0 - 0.30 * leaf) + leaf * (0.12 + 0.38 * max(-nl, 0.0));
    vec3 sun = sun_light * lit;
    float nv = max(-dot(normal, view), 1e-3);

    // Matt part. Light that bounces in corners keeps the colour of the walls.
    vec3 bounce = 1.0 - (1.0 - open) * (1.0 - albedo * 0.6);
    // What shines through a leaf is yellow green.
    vec3 diffuse = albedo * (1.0 - finish.y) * mix(vec3(1.0), vec3(1.15, 1.20, 0.80), leaf);
    vec3 ambient = ambient_light(normal) * sky;
    vec3 arriving = ambient * bounce + sun * facing;
#ifdef LAMPS
    arriving += local_light(cam_m, normal_cam);
#endif
    vec3 colour = diffuse * arriving;

#ifndef DRAFT
    for (int k = 0; k < int(vehicle.first != 0u && kind.w == 2.0 && vehicle.whims.w > 0.5); k++) {
        uint at = vehicle.first - 1u;
        mat3 body_from_cam = transpose(mat3(vehicle_lines[at].xyz, vehicle_lines[at + 1u].xyz, vehicle_lines[at + 2u].xyz));
        colour += 0.68 * bare * cabin_light(vehicle, world_from_cam * transpose(body_from_cam), sun_light * lit);
    }
#endif

    // Shine of the surface itself, then of the coat over it.
    vec3 f0 = mix(vec3(0.04), albedo, finish.y);
    vec3 mirrored = reflect(view, normal);
    float hidden = sky * mix(open, 1.0, 0.25) * (1.0 - 0.75 * leaf);
    float grazing = 1.0 - nv;
    grazing *= grazing * grazing * grazing * grazing;
#ifndef DRAFT
    vec3 half_way = normalize(towards_sun - view);
    float nh = max(dot(normal, half_way), 0.0);
    float vh = max(dot(half_way, towards_sun), 0.0);
    vec3 shine = reflected_light(mirrored, roughness) * hidden;
    vec3 base_share = f0 + (max(vec3(1.0 - roughness), f0) - f0) * grazing;
    colour += shine * base_share * (1.0 - 0.5 * kind.z);
    colour += sun * f0 / 0.04 * sun_glint(roughness, 0.04, max(nl, 0.0), nv, nh, vh) * (1.0 - 0.8 * leaf) * (1.0 - 0.65 * kind.z);
#else
    colour += (ambient * hidden + sun * max(nl, 0.0)) * f0 * (1.0 - 0.5 * kind.z);
#endif
    // Loops that run once at most: a software rasteriser jumps over them where no pixel of a group needs them.
    for (int k = 0; k < int(coat > 0.0); k++) {
        float coat_share = coat * (0.045 + 0.905 * grazing);
        colour = colour * (1.0 - coat_share) + reflected_light(mirrored, 0.03) * hidden * coat_share;
    }
#ifdef WET
    if (damp > 0.0) colour = under_water(colour, cam_m, place_m.xy, distance_m, damp * step(0.7, normal.z) * (0.4 + 0.6 * kind.x), hidden);
#endif
#ifndef DRAFT
    for (int k = 0; k < int(coat > 0.0); k++) colour += sun * coat * sun_glint(0.16, 0.045, max(nl, 0.0), nv, nh, vh);
#endif

    // What glows by itself: lamps whose bit is set, windows where somebody is at home.
    uint glow = uint(finish.w + 0.5);
    float on = lamp_share(glow, id);
#ifdef LAMPS
    float home = step(0.62, hash2(floor(place_m.xy * 0.55) + floor(place_m.z * 0.4)));
    on = glow == 6u ? home * (0.4 + 0.6 * hash2(floor(place_m.xy * 0.55) + 9.0)) : on;
#endif
    colour += emitted[glow] * on;

    out_colour = developed(through_haze(colour, view, distance_m) + halo_light());
}
