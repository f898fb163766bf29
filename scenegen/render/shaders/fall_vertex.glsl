// Vertex stage of drops and flakes: a strip from where one is when the shutter opens to where it is when it closes.
in vec3 begin_m;   // camera frame
in vec3 end_m;
in float width_m;
in float is_snow;

uniform vec4 projection;  // as in transform.glsl
uniform float near_m;
uniform vec2 size_px;
uniform vec3 air_light;   // of a white sphere in the air: sky and ground round it, exposed

out vec2 v_at;            // across and along, -1..1, the round ends outside
flat out float v_length;  // half length in half widths
flat out float v_cover;   // share of the light that is replaced in the middle of the strip
flat out vec3 v_light;
flat out float v_snow;

const float DARK = 0.04;  // light of what is dark, over that of a drop
const float LEAST_HALF_PX = 0.7;  // thinner strips are drawn this wide and fainter

vec2 pixel_of(vec3 p) { return (vec2(p.x * projection.x, p.y * projection.y) / p.z + projection.zw) * 0.5 * size_px; }

void main() {
    vec2 begin = pixel_of(begin_m);
    vec2 end = pixel_of(end_m);
    vec3 middle_m = 0.5 * (begin_m + end_m);
    float true_half = 0.25 * width_m / middle_m.z * projection.x * size_px.x;
    float half_px = max(true_half, LEAST_HALF_PX);
    vec2 along = end - begin;
    float long_px = length(along);
    along = long_px > 1e-4 ? along / long_px : vec2(0.0, 1.0);
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
    v_length = 0.5 * long_px / half_px;
    v_at = vec2(corner.x, corner.y * (v_length + 1.0));
    vec2 pixel = 0.5 * (begin + end) + (vec2(-along.y, along.x) * v_at.x + along * v_at.y) * half_px;

    // A drop covers a pixel for the share of the exposure that it takes to pass it, and of its width what it is wide.
    float passing = 2.0 * true_half / (2.0 * true_half + long_px);
    v_cover = min(true_half / half_px, 1.0) * passing * mix(WATER_OPACITY, SNOW_OPACITY, is_snow);
    // The picture holds roots of light: mix them as light would before what is dark, where alone drops are seen.
    v_cover = (sqrt(DARK + v_cover * (1.0 - DARK)) - sqrt(DARK)) / (1.0 - sqrt(DARK));
    v_snow = is_snow;
    v_light = air_light;
#ifdef LAMPS
    // What falls is lit from all sides and lets light through.
    vec3 to_eye = normalize(-middle_m);
    v_light += (local_light(middle_m, to_eye) + local_light(middle_m, -to_eye)) * mix(0.25, 0.45, is_snow);
#endif
    gl_Position = vec4((pixel / size_px * 2.0 - 1.0) * middle_m.z, near_m, middle_m.z);
}
