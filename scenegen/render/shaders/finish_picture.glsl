// Last pass: smooth edges (FXAA), sharpen a little, add the sensor's noise.
uniform sampler2D picture;   // stored sRGB, luma in alpha
uniform uint noise_key;      // from stage and frame, so a frame is the same alone or in sequence
uniform vec2 noise_share;    // shot noise (times sqrt of light), read noise
uniform float sharpness;
uniform sampler2D glare_map; // light spread around what is bright, an eighth of the size
uniform float glare_share;
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

// FXAA of Timothy Lottes 2009, the short form: blur along the edge unless that leaves the local range.
void main() {
    vec2 texel = 1.0 / vec2(textureSize(picture, 0));
    vec2 at = gl_FragCoord.xy * texel;
    vec4 here = textureLod(picture, at, 0.0);
    vec3 colour = here.rgb;
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
    vec2 along = vec2(-((nw.a + ne.a) - (sw.a + se.a)), (nw.a + sw.a) - (ne.a + se.a));
    float reduce = max((nw.a + ne.a + sw.a + se.a) * 0.03125, 1.0 / 128.0);
    along = clamp(along / (min(abs(along.x), abs(along.y)) + reduce), -8.0, 8.0) * texel;
    vec4 inner = 0.5 * (textureLod(picture, at - along / 6.0, 0.0) + textureLod(picture, at + along / 6.0, 0.0));
    vec4 outer = inner * 0.5 + 0.25 * (textureLod(picture, at - along * 0.5, 0.0) + textureLod(picture, at + along * 0.5, 0.0));
    vec4 chosen = (outer.a < low || outer.a > high) ? inner : outer;
    smooth_here = high - low < max(0.05, high * 0.1) ? here : chosen;
#endif
    colour = smooth_here.rgb + (smooth_here.rgb - blurred.rgb) * sharpness;
    colour = sqrt(max(colour * abs(colour), 0.0) + glare_share * textureLod(glare_map, at, 0.0).rgb);
#endif
    vec3 sigma = noise_share.x * sqrt(max(colour, vec3(0.0)) * 0.6 + 0.02) + noise_share.y;
    colour += grain(ivec2(gl_FragCoord.xy)) * sigma;
    out_colour = vec4(clamp(colour, 0.0, 1.0), 1.0);
}
