// Sky pixels: the baked map, hazy towards the horizon.
uniform sampler2D sky_map;
uniform mat3 world_from_cam;
uniform float haze_depth_m;  // thickness of the hazy layer of air
uniform float clip_light;    // what the response stores as white
layout(location = 0) out vec4 out_colour;

// Brings what would clip in one channel after the other down to the clip with its hue, and from there to white.
vec3 clipped_softly(vec3 light) {
    float peak = max(light.r, max(light.g, light.b));
    float clip = clip_light;
    vec3 held = light * min(1.0, clip / max(peak, 1e-6));
    return mix(held, vec3(clip), smoothstep(1.0, 2.2, peak / clip));
}

void main() {
    vec3 view = world_from_cam * normalize(pixel_ray(gl_FragCoord.xy - 0.5));
    vec3 above = normalize(vec3(view.xy, max(view.z, 0.004)));
    vec3 colour = textureLod(sky_map, octahedral_uv(above), 0.0).rgb;
    out_colour = developed(clipped_softly(through_haze(colour, view, haze_depth_m / max(view.z, 0.004))));
}
