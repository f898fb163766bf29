// Last pass, the camera: smooth edges (FXAA), then what lens, sensor and response make of the light.
uniform sampler2D picture;    // sqrt of exposed light, luma in alpha
uniform uint noise_key;       // from stage and frame, so a frame is the same alone or in sequence
uniform vec2 noise_power;     // variance of the light: times the light, and floor
uniform float sharpness;      // of the camera's own sharpening
uniform float softness;       // share of the blurred picture
uniform float soft_step;      // where the four blurred samples lie, px
uniform vec3 share;           // exposure of this frame in that of the stage
uniform vec2 falloff;         // px to half diagonals; (1 + falloff.y r^2)^-2 of the light arrives
uniform vec2 fringe;          // shift of red and blue in the corner as share of the way to the centre
uniform sampler2D glare_map;  // light spread round what is bright, an eighth of the size
uniform sampler2D veil_map;   // the same, spread wide, a thirty-second
uniform vec2 glare_share;
uniform sampler2D sun_sight;
uniform vec3 sun_veil;        // light at one degree from the sun in the picture; zero when there is none
uniform vec3 sun_place;       // px, and degrees to the px
layout(location = 0) out vec4 out_colour;

uint mix_bits(uint x) {
    x ^= x >> 16; x *= 0x7feb352du; x ^= x >> 15; x *= 0x846ca68bu; x ^= x >> 16;
    return x;
}

// Three numbers of zero mean and unit variance, roughly normal (sum of two uniform ones).
vec3 grain(ivec2 pixel) {
    uint a = mix_bits(noise_key ^ (uint(pixel.x) + uint(pixel.y) * 65536u));
    uint b = mix_bits(a + 0x9e3779b9u);
    vec3 first = vec3(a & 1023u, (a >> 10) & 1023u, (a >> 20) & 1023u);
    vec3 second = vec3(b & 1023u, (b >> 10) & 1023u, (b >> 20) & 1023u);
    return ((first + second) / 1023.0 - 1.0) * 2.449;
}

#ifndef DRAFT
// Light that the lens scatters from the sun: the veil falls with the angle squared, and faint images of the stop.
vec3 flare(vec2 pixel, vec2 middle) {
    vec2 to = pixel - sun_place.xy;
    float degrees = max(length(to) * sun_place.z, 0.4);
    vec3 sum = sun_veil / (degrees * degrees);
    vec2 axis = middle - sun_place.xy;
    for (int k = 0; k < 3; k++) {
        float radius = middle.y * (0.10 + 0.07 * float(k));
        float ring = length(pixel - (sun_place.xy + axis * (1.35 + 0.33 * float(k)))) / radius;
        sum += sun_veil * vec3(0.7, 1.0, 0.8 + 0.3 * float(k)) * 0.0012 * (1.0 - smoothstep(0.8, 1.0, ring)) * (0.6 + 0.4 * ring);
    }
    return sum * texelFetch(sun_sight, ivec2(0), 0).r;
}
#endif

// FXAA of Timothy Lottes 2009, the short form: blur along the edge unless that leaves the local range.
void main() {
    vec2 size = vec2(textureSize(picture, 0));
    vec2 texel = 1.0 / size;
    vec2 at = gl_FragCoord.xy * texel;
    vec4 here = textureLod(picture, at, 0.0);
    vec3 light = here.rgb * here.rgb;
#ifndef DRAFT
    vec4 nw = textureLod(picture, at + vec2(-0.5, -0.5) * texel, 0.0);
    vec4 ne = textureLod(picture, at + vec2(0.5, -0.5) * texel, 0.0);
    vec4 sw = textureLod(picture, at + vec2(-0.5, 0.5) * texel, 0.0);
    vec4 se = textureLod(picture, at + vec2(0.5, 0.5) * texel, 0.0);
    vec4 blurred = 0.25 * (nw + ne + sw + se);
    vec4 smooth_here = here;
#ifndef NO_EDGES
    float low = min(here.a, min(min(nw.a, ne.a), min(sw.a, se.a)));
    float high = max(here.a, max(max(nw.a, ne.a), max(sw.a, se.a)));
    // A loop that runs once at most: a software rasteriser jumps over it where a group of pixels has no edge.
    for (int k = 0; k < int(high - low >= max(0.05, high * 0.1)); k++) {
        vec2 along = vec2(-((nw.a + ne.a) - (sw.a + se.a)), (nw.a + sw.a) - (ne.a + se.a));
        float reduce = max((nw.a + ne.a + sw.a + se.a) * 0.03125, 1.0 / 128.0);
        along = clamp(along / (min(abs(along.x), abs(along.y)) + reduce), -8.0, 8.0) * texel;
        vec4 inner = 0.5 * (textureLod(picture, at - along / 6.0, 0.0) + textureLod(picture, at + along / 6.0, 0.0));
        vec4 outer =
            inner * 0.5 + 0.25 * (textureLod(picture, at - along * 0.5, 0.0) + textureLod(picture, at + along * 0.5, 0.0));
        smooth_here = (outer.a < low || outer.a > high) ? inner : outer;
    }
#endif
    vec3 colour = smooth_here.rgb;
    // Loops that run once at most: a software rasteriser jumps over them where they are not needed.
    for (int k = 0; k < int(soft_step > 0.5); k++) {
        vec2 d = soft_step * texel;
        blurred = 0.25 * (textureLod(picture, at - d, 0.0) + textureLod(picture, at + d, 0.0)
                        + textureLod(picture, at + vec2(d.x, -d.y), 0.0) + textureLod(picture, at + vec2(-d.x, d.y), 0.0));
    }
    colour = mix(colour, blurred.rgb, softness);
    for (int k = 0; k < int(fringe.x != 0.0); k++) {
        vec2 aside = (at - 0.5);
        colour.r += textureLod(picture, at + aside * fringe.x, 0.0).r - here.r;
        colour.b += textureLod(picture, at + aside * fringe.y, 0.0).b - here.b;
    }
    colour = max(colour + (colour - blurred.rgb) * sharpness, 0.0);
    light = colour * colour;
    light = light * (1.0 - glare_share.x - glare_share.y) + glare_share.x * textureLod(glare_map, at, 0.0).rgb
          + glare_share.y * textureLod(veil_map, at, 0.0).rgb;
    for (int k = 0; k < int(sun_veil.g > 0.0); k++) light += flare(gl_FragCoord.xy - 0.5, size * 0.5);
#endif
    vec2 off = (gl_FragCoord.xy - size * 0.5) * falloff.x;
    float arrived = 1.0 + falloff.y * dot(off, off);
    light *= share / (arrived * arrived);
    light += grain(ivec2(gl_FragCoord.xy)) * sqrt(light * noise_power.x + noise_power.y);
    out_colour = vec4(camera_response(light), 1.0);
}
