// Sky pixels: the baked map, hazy towards the horizon; before it sun, moon and stars where no cloud hides them.
uniform sampler2D sky_map;    // alpha is the share of the sky that no cloud hides
uniform mat3 world_from_cam;
uniform float haze_depth_m;   // thickness of the hazy layer of air
uniform float clip_light;     // what the response stores as white
uniform vec3 sun_light;       // of sun or moon on a surface that faces it, exposed; the moon's with its phase
layout(location = 0) out vec4 out_colour;

// Brings what would clip in one channel after the other down to the clip with its hue, and from there to white.
vec3 clipped_softly(vec3 light) {
    float peak = max(light.r, max(light.g, light.b));
    float clip = clip_light;
    vec3 held = light * min(1.0, clip / max(peak, 1e-6));
    return mix(held, vec3(clip), smoothstep(1.0, 2.2, peak / clip));
}

const float DISC_RADIUS = 0.00465;   // of sun and moon, radian
const float DISC_SR = 6.8e-5;

#ifdef NIGHT
uniform float moon_lit;       // share of the moon's face that the sun lights
uniform float star_light;     // light of a star of magnitude 0 on a surface that faces it, exposed
const float STAR_CELLS = 160.0;      // a side of the octahedral map: 12,800 stars over the horizon
const float FAINTEST = 6.6;

// One star a cell; 10^(m / 2) of them are brighter than magnitude m (Allen's Astrophysical Quantities, star counts).
vec3 stars(vec3 view, float pixel) {
    vec2 cell = floor(octahedral_uv(view) * STAR_CELLS);
    vec2 at = vec2(hash2(cell + 3.0), hash2(cell + 71.0)) * 0.7 + 0.15;
    vec3 star = decode_normal((cell + at) / STAR_CELLS);
    float magnitude = FAINTEST + 2.0 * log2(max(hash2(cell + 137.0), 1e-4)) * 0.30103;
    float off = length(cross(view, star)) / pixel;
    float warm = hash2(cell + 211.0);
    vec3 tint = mix(vec3(1.25, 0.95, 0.70), vec3(0.85, 1.0, 1.25), warm);
    // A star's light falls on a spot 1.2 pixels wide.
    return tint * (star_light * 3.1416 * pow(10.0, -0.4 * magnitude) * exp(-off * off * 2.0) / (1.57 * pixel * pixel));
}
#endif

// Sun or moon as a disc; of the moon only the side that the sun lights.
vec3 disc(vec3 view, float pixel) {
    float off = length(cross(view, towards_sun));
    float inside = (1.0 - smoothstep(DISC_RADIUS - 0.5 * pixel, DISC_RADIUS + 0.5 * pixel, off)) * step(0.0, dot(view, towards_sun));
    if (inside == 0.0) return vec3(0.0);
    float face = 1.0;
#ifdef NIGHT
    vec3 sunward = normalize(vec3(glow_towards, -0.3) - towards_sun * dot(vec3(glow_towards, -0.3), towards_sun));
    vec3 on_face = (view - towards_sun) / DISC_RADIUS;
    float x = dot(on_face, sunward);
    float y = dot(on_face, cross(towards_sun, sunward));
    float edge = (1.0 - 2.0 * moon_lit) * sqrt(max(1.0 - y * y, 0.0));
    face = smoothstep(-0.06, 0.06, x - edge) / max(moon_lit, 0.05);
#endif
    return sun_light * (face * inside * 3.1416 / DISC_SR);
}

void main() {
    vec3 ray = pixel_ray(gl_FragCoord.xy - 0.5);
    vec3 view = world_from_cam * normalize(ray);
    vec3 above = normalize(vec3(view.xy, max(view.z, 0.004)));
    vec4 sky = textureLod(sky_map, octahedral_uv(above), 0.0);
    float way_m = haze_depth_m / max(view.z, 0.004);
    vec3 colour = clipped_softly(through_haze(sky.rgb, view, way_m));
    float pixel = 1.0 / (lens.x * length(ray));
    vec3 beyond = disc(view, pixel);
#ifdef NIGHT
    beyond += stars(view, pixel);
#endif
    colour += beyond * (sky.a * exp(-haze_per_m * way_m));
    out_colour = developed(colour + halo_light());
}
