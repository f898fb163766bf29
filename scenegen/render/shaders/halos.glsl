// Light of lamps that mist throws to the eye, at reduced size: single scattering, the same way for all directions.
// Along a ray the light of a point falls as 1 / d^2, whose integral is known; extinction is taken where the ray passes nearest
// (Sun, Ramamoorthi, Narasimhan and Nayar 2005, section 3, with the exponential taken out of the integral).
uniform int halo_stride;
uniform int lamp_count;
uniform float haze_per_m;
layout(location = 0) out vec4 out_halo;

const float FARTHEST_M = 300.0;
const float NEAREST_M = 0.12;    // a lamp is no point
const float BACKWARD = 0.18;     // share of even scattering that water drops send back the way the light came

void main() {
    ivec2 pixel = min(ivec2(gl_FragCoord.xy) * halo_stride, textureSize(z_map, 0) - 1);
    vec3 ray = pixel_ray(vec2(pixel));
    float z = z_at(pixel);
    float far_m = z > 0.0 ? z * length(ray) : FARTHEST_M;
    ray = normalize(ray);
    vec3 sum = vec3(0.0);
    for (int i = 0; i < lamp_count; i++) {
        vec3 to = lamp_place[i].xyz;
        float along = dot(to, ray);
        float aside = max(length(to - along * ray), NEAREST_M);
        float span = atan((far_m - along) / aside) + atan(along / aside);
        float nearest = clamp(along, 0.0, far_m);
        float lobe = max(lamp_lobe(i, normalize(nearest * ray - to + vec3(1e-4))), 0.06);
        sum += lamp_colour[i] * (lobe * span / aside * exp(-haze_per_m * (nearest + aside)));
    }
    // The ego's own beams, met at four distances.
    float from = 1.2;
    for (int k = 0; k < 4; k++) {
        float to_m = min(from * 2.4, far_m);
        float t = 0.5 * (from + to_m);
        vec3 away = normalize(t * ray - vec3(0.0, 1.0, 1.2));
        float shape = dipped_beam(away.x / max(away.z, 0.05), dot(away, up_cam), away.z);
        sum += head_lamps * (2.0 * BACKWARD * shape * max(to_m - from, 0.0) / (t * t) * exp(-2.0 * haze_per_m * t));
        from = from * 2.4;
    }
    out_halo = vec4(sum * (haze_per_m * 0.25), 1.0);
}
