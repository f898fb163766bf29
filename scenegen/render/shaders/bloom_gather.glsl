// First step of the glare: the picture's light, smaller: by eight from the coded picture, by four from light.
uniform sampler2D picture;
layout(location = 0) out vec4 out_glare;

void main() {
    vec2 texel = 1.0 / vec2(textureSize(picture, 0));
    vec2 corner = floor(gl_FragCoord.xy) * 2.0 * STEP;
    vec3 sum = vec3(0.0);
    for (int k = 0; k < 16; k++) {
        vec3 there = textureLod(picture, (corner + vec2(k & 3, k >> 2) * 0.5 * STEP + 0.25 * STEP) * texel, 0.0).rgb;
#ifdef CODED
        there *= there;
#endif
        sum += min(there, vec3(MOST));
    }
    out_glare = vec4(sum / 16.0, 1.0);
}
