// Where a surface point goes and what becomes of it there: flow, change of depth and state for one pixel.
uniform vec4 lens;             // fx, fy, cx, cy
uniform float near_m;
uniform sampler2D z_next_m;    // depth of the neighbouring frames, 0 = sky
uniform sampler2D z_prev_m;

layout(location = 0) out vec4 out_flow_px;  // to next u v, to previous u v
layout(location = 1) out vec2 out_dz_m;
layout(location = 2) out uvec2 out_state;

const uint VALID = 1u, HIDDEN = 2u, OUT_OF_FRAME = 4u, SKY = 8u;
const float FAR_M = 1e30;
const float LEAST_GAP = 5e-4;  // share of depth by which a thing must be nearer to hide: above all rounding
const float MOST_GAP = 0.02;   // keeps the allowance for slanting surfaces small at their rims

const float ON_CENTRE = 0.05;  // pixels; a point this near to a pixel centre line asks that line only

vec2 pixel_ray(vec2 pixel) { return (pixel - lens.zw) / lens.xy; }

// Gives how much the depth of a surface changes over one pixel, as a share of its depth, within the two limits.
float slant(vec2 ray, vec3 normal) {
    float along = dot(normal, vec3(ray, 1.0));
    return clamp(length(normal.xy / lens.xy) / max(abs(along), 1e-6), LEAST_GAP, MOST_GAP);
}

// Gives the farthest depth of the pixels round a place (four, or fewer on a centre line); sky counts as infinitely far.
float farthest_m(sampler2D z_m, vec2 place) {
    vec2 low = floor(place + ON_CENTRE), high = ceil(place - ON_CENTRE);
    vec4 z = textureGather(z_m, (low + 1.0) / vec2(textureSize(z_m, 0)));  // (0, 1), (1, 1), (1, 0), (0, 0)
    z = mix(z, vec4(FAR_M), equal(z, vec4(0.0)));
    vec2 lower = high.x > low.x ? max(z.wx, z.zy) : z.wx;
    return high.y > low.y ? max(lower.x, lower.y) : lower.x;
}

// Follows a point (depth z, or a direction when it is sky) by its change of position to another frame.
void follow(vec2 pixel, float z_m, vec3 change_m, bool is_sky, float gap, sampler2D z_there_m, out vec2 flow_px, out uint state) {
    vec2 ray = pixel_ray(pixel);
    float z_then_m = z_m + change_m.z;
    bool is_ahead = z_then_m > (is_sky ? 0.0 : near_m);
    flow_px = is_ahead ? lens.xy * (change_m.xy - ray * change_m.z) / z_then_m : vec2(0.0);
    vec2 place = pixel + flow_px;
    vec2 size = vec2(textureSize(z_there_m, 0));
    bool is_inside = is_ahead && all(greaterThanEqual(place, vec2(-0.5))) && all(lessThan(place, size - 0.5));
    float limit_m = is_sky ? FAR_M : z_then_m * (1.0 - gap);
    bool is_hidden = is_inside && farthest_m(z_there_m, is_inside ? place : pixel) < limit_m;
    state = (is_ahead ? VALID : 0u) | (is_hidden ? HIDDEN : 0u) | (is_inside ? 0u : OUT_OF_FRAME) | (is_sky ? SKY : 0u);
}

void write_flow(vec2 pixel, float z_m, vec3 to_next_m, vec3 to_prev_m, bool is_sky, float gap) {
    vec2 next_px, prev_px;
    uint next_state, prev_state;
    follow(pixel, z_m, to_next_m, is_sky, gap, z_next_m, next_px, next_state);
    follow(pixel, z_m, to_prev_m, is_sky, gap, z_prev_m, prev_px, prev_state);
    out_flow_px = vec4(next_px, prev_px);
    out_dz_m = is_sky ? vec2(0.0) : vec2(to_next_m.z, to_prev_m.z);
    out_state = uvec2(next_state, prev_state);
}
