// Takes the dither out of the occlusion: a 4x4 box that stays on the same surface. The ground then also loses what the
// vehicles near it hide of the sky.
uniform sampler2D open_map;
uniform int stride;
uniform mat3 world_from_cam;
uniform vec3 eye_m;  // camera, counted from the stage's origin
out vec2 out_open;  // as in ao.glsl

void main() {
    ivec2 here = ivec2(gl_FragCoord.xy);
    ivec2 last = textureSize(open_map, 0) - 1;
    float z = z_at(here * stride);
    float sum = 0.0;
    float weights = 0.0;
    for (int y = -2; y < 2; y++)
        for (int x = -2; x < 2; x++) {
            ivec2 there = clamp(here + ivec2(x, y), ivec2(0), last);
            vec2 open_there = texelFetch(open_map, there, 0).rg;
            float weight = max(1e-3, 1.0 - abs(open_there.g - z) / (0.05 * z + 1e-3));
            sum += weight * open_there.r;
            weights += weight;
        }
    ivec2 pixel = here * stride;
    vec3 place_m = world_from_cam * (z * pixel_ray(vec2(pixel))) + eye_m;
    float past = 1.0;
    // A loop that runs once at most: a software rasteriser jumps over it where a group of pixels shows no ground.
    for (int k = 0; k < int((world_from_cam * normal_at(pixel)).z >= 0.8 && z > 0.0); k++) past = sky_past_vehicles(place_m);
    out_open = vec2(sum / weights * past, z);
}
