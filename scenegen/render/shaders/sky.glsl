// Sky pixels: the baked map, hazy towards the horizon.
uniform sampler2D sky_map;
uniform mat3 world_from_cam;
uniform float haze_depth_m;  // thickness of the hazy layer of air
layout(location = 0) out vec4 out_colour;

void main() {
    vec3 view = world_from_cam * normalize(pixel_ray(gl_FragCoord.xy - 0.5));
    vec3 above = normalize(vec3(view.xy, max(view.z, 0.004)));
    vec3 colour = textureLod(sky_map, octahedral_uv(above), 0.0).rgb;
    out_colour = developed(through_haze(colour, view, haze_depth_m / max(view.z, 0.004)));
}
